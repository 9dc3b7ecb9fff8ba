// The control line `mcp` of the Unix socket: one message of a stdio bridge in, its answer out. Every line carries what
// is known of the host, so a bridge may reconnect at any time.
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import type { Control } from '../socket/answers.ts'
import type { ControlMessage } from '../socket/json-rpc.ts'
import type { Mcp } from './mcp.ts'

/** Answers lines of type `mcp` with `{ok: true, reply}`, `reply` null where the protocol expects none. */
export function withMcpLines(control: Control, mcp: Mcp): Control {
  return async (line) => {
    if (line.type !== 'mcp') return control(line)
    const asked = {
      scope: { cwd: text(line, 'cwd', limits.pathCharsMax), client: text(line, 'client', limits.idCharsMax) },
      legacyTools: line.legacy_tools === true,
      requestId: mcp.requestIds(),
    }
    return { ok: true, reply: await mcp.answer(line.message, asked) }
  }
}

function text(line: ControlMessage, name: string, charsMax: number): string | undefined {
  const value = line[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value !== '' && value.length <= charsMax) return value
  throw new AppError('invalid_params', `'${name}' must be a text of 1 to ${charsMax} characters`)
}
