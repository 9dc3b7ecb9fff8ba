// What a host's own configuration needs so that it knows of iai-mcp, as plain data: for the set-up, which writes it, and
// for the plugin folder, which holds it. Nothing here reads or writes a file.
import { assert } from '../../kit/assert.ts'

/** The groups at `keys` hold the hook of `group`, once; a hook whose command holds all of `marks` is one of ours. */
export interface HookAddition {
  readonly file: string
  readonly keys: readonly ['hooks', string]
  readonly group: HookGroup
  readonly marks: readonly string[]
}

/** The table at `keys` is `value`. */
export interface McpAddition {
  readonly file: string
  readonly format: 'json' | 'toml'
  readonly keys: readonly [string, string]
  readonly value: Readonly<Record<string, string | readonly string[]>>
}

export interface Integration {
  readonly hooks: readonly HookAddition[]
  readonly mcp: McpAddition
  /** What the user still has to do, in words; null when nothing. */
  readonly afterwards: string | null
}

/** Program and arguments that run `iai-mcp`: `['iai-mcp']`, or Node and the bin by absolute paths. */
export type Program = readonly [string, ...string[]]

/** Of both hosts: an event has groups, a group has hooks. */
export interface HookGroup {
  readonly hooks: readonly [{ readonly type: 'command'; readonly command: string; readonly timeout: number }]
}

/** The group that runs `iai-mcp hook <event>`; the host kills it after `timeoutSeconds`. */
export function hookGroup(program: Program, args: readonly string[], timeoutSeconds: number): HookGroup {
  const command = [...program, 'hook', ...args].map(shellWord).join(' ')
  return { hooks: [{ type: 'command', command, timeout: timeoutSeconds }] }
}

/** Adds `groups`, by the host's name of the event, to the hooks in `file`. */
export function hookAdditions(
  file: string,
  groups: Readonly<Record<string, readonly HookGroup[]>>,
): HookAddition[] {
  return Object.entries(groups).flatMap(([event, items]) =>
    items.map((group) => {
      const [{ command }] = group.hooks
      const ours = / hook [a-z-]+/.exec(command)?.[0] ?? ''
      assert(ours !== '', 'a hook of ours runs iai-mcp hook <event>')
      return { file, keys: ['hooks', event], group, marks: ['iai-mcp', ours] } as const
    }),
  )
}

export function mcpServer([command, ...args]: Program, options: readonly string[] = []) {
  return { command, args: [...args, 'mcp', ...options] }
}

export const mcpServerName = 'iai-mcp'

/** One word for the POSIX shell that hosts run hooks with. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
