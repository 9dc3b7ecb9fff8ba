// What a model sent, made ready for dispatch: unknown names are refused with the ones there are, null means absent,
// and the directory and the host come from the connection where the arguments do not say them.
import type { Params } from '../../dispatch/dispatch.ts'
import { AppError } from '../../kit/errors.ts'
import { toldName } from '../../kit/told-name.ts'
import { cwd as directory } from '../../operations/fields.ts'
import type { McpScope, Tool, ToolContext } from './tool.ts'

/** Raises invalid_params for a name that the tool does not have. */
export function knownArguments(tool: Tool, args: Params): Params {
  const known = [...Object.keys(tool.input.properties), ...(tool.scoped ? ['cwd'] : [])]
  const given = Object.entries(args).filter(([, value]) => value !== null && value !== undefined)
  const unknown = given.find(([name]) => !known.includes(name))
  if (unknown !== undefined) {
    const takes = known.length === 0 ? 'no arguments' : known.join(', ')
    throw new AppError(
      'invalid_params',
      `unknown param: '${toldName(unknown[0])}'; ${tool.name} takes ${takes}`,
    )
  }
  return Object.fromEntries(given)
}

/** The directory whose project a call is about. */
export function cwdOf(args: Params, { scope }: ToolContext): unknown {
  return args.cwd ?? scope.cwd
}

/** The directory that the host works in; what the model says counts only where the host says nothing. */
export function workplaceOf(args: Params, scope: McpScope): string | undefined {
  if (scope.cwd !== undefined || args.cwd === undefined) return scope.cwd
  const given = directory.safeParse(args.cwd)
  if (given.success) return given.data
  throw new AppError('invalid_params', "param 'cwd': expected an absolute path without NUL")
}

/** For operations that take no directory: the connection says it. */
export function withoutCwd({ cwd: _where, ...args }: Params): Params {
  return args
}

/** What a memory made by a call says about where it came from. */
export function clientOf({ scope }: ToolContext): string {
  return scope.client ?? 'mcp'
}
