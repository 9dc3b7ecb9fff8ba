// Which hooks of ours stand in a host's settings, as they are on disk. Pure.
import type { HookAddition } from './integration.ts'

export interface HookPlace {
  readonly group: number
  readonly hook: number
  readonly command: string
}

/** Those in `groups` whose command holds all of `marks`, in order. Anything of another shape is somebody else's. */
export function ourHooks(groups: readonly unknown[], marks: readonly string[]): readonly HookPlace[] {
  return groups.flatMap((group, groupAt) =>
    listOf(group, 'hooks').flatMap((hook, hookAt) => {
      const command = fieldOf(hook, 'command')
      const isOurs = typeof command === 'string' && marks.every((mark) => command.includes(mark))
      return isOurs ? [{ group: groupAt, hook: hookAt, command }] : []
    }),
  )
}

export interface StandingHooks {
  /** Commands by the host's name of the event, for events that have one of ours. */
  readonly commands: ReadonlyMap<string, string>
  readonly missing: readonly string[]
  /** Events with more than one: the host would run them all. */
  readonly doubled: readonly string[]
}

/** `settings` as parsed; `wanted` what set-up puts there. */
export function standingHooks(settings: unknown, wanted: readonly HookAddition[]): StandingHooks {
  const commands = new Map<string, string>()
  const missing: string[] = []
  const doubled: string[] = []
  for (const { keys, marks } of wanted) {
    const [parent, event] = keys
    const [first, second] = ourHooks(listOf(fieldOf(settings, parent), event), marks)
    if (first === undefined) missing.push(event)
    else commands.set(event, first.command)
    if (second !== undefined) doubled.push(event)
  }
  return { commands, missing, doubled }
}

/** The words of a command that shellWord made; null for one that somebody wrote otherwise. */
export function wordsOfCommand(command: string): readonly string[] | null {
  const words: string[] = []
  for (const text of command.match(/(?:'[^']*'|\\'|[^\s'"\\$`])+/g) ?? [])
    words.push(text.replaceAll(/'([^']*)'|\\'/g, (whole, inner: string) => (whole === "\\'" ? "'" : inner)))
  return /["$`]/.test(command) ? null : words
}

function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string, unknown>>)[key]
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = fieldOf(value, key)
  return Array.isArray(list) ? list : []
}
