// What a host's own configuration needs so that it knows of iai-mcp, as plain data: for the set-up, which writes it, and
// for the plugin folder, which holds it. Nothing here reads or writes a file.
import { assert } from '../../kit/assert.ts'

/** One thing to put into one file, which keeps whatever else it holds. */
export type Addition =
  /** The value at `keys` is `value` afterwards. */
  | {
      readonly kind: 'set'
      readonly file: string
      readonly format: 'json' | 'toml'
      readonly keys: readonly string[]
      readonly value: unknown
    }
  /** The list at `keys` has `item`; one of its items that holds all of `marks` is an earlier one of ours and is replaced. */
  | {
      readonly kind: 'item'
      readonly file: string
      readonly format: 'json'
      readonly keys: readonly string[]
      readonly item: unknown
      readonly marks: readonly string[]
    }

export interface Integration {
  readonly host: 'claude-code' | 'codex'
  readonly additions: readonly Addition[]
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
): Addition[] {
  return Object.entries(groups).flatMap(([event, items]) =>
    items.map((item) => {
      const [{ command }] = item.hooks
      const ours = / hook [a-z-]+/.exec(command)?.[0] ?? ''
      assert(ours !== '', 'a hook of ours runs iai-mcp hook <event>')
      return { kind: 'item', file, format: 'json', keys: ['hooks', event], item, marks: ['iai-mcp', ours] }
    }),
  )
}

export interface McpServer {
  readonly command: string
  readonly args: readonly string[]
}

export function mcpServer([command, ...args]: Program): McpServer {
  return { command, args: [...args, 'mcp'] }
}

export const mcpServerName = 'iai-mcp'

/** One word for the POSIX shell that hosts run hooks with. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
