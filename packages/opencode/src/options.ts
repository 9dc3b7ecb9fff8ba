// What the user can set, in the host's config: `"plugin": [["iai-mcp-opencode", { "depth": "deep" }]]`. The only file
// that reads the environment. A bad option never stops the host: its default holds and one line says so.
import { resolveDataDir } from '@iai-mcp/client/data-dir'
import { pluginLimits } from './limits.ts'

const deletions = ['hide', 'forget', 'keep'] as const
const depths = ['minimal', 'standard', 'deep'] as const

export interface Options {
  /** The daemon's data directory; default: IAI_MCP_STORE, else ~/.iai-mcp */
  readonly dataDir: string
  /** How much is put into the system prompt. */
  readonly depth: (typeof depths)[number]
  /** Overrides the depth's own budget; null: the daemon's. */
  readonly budgetTokens: number | null
  /** The longest the host is kept waiting for the daemon; at its end `disposeMsMax` at least. */
  readonly waitMs: number
  /** Put the session context into the system prompt. */
  readonly inject: boolean
  /** Put what a session's first prompt brings back behind it. */
  readonly recall: boolean
  /** Remember what is said. */
  readonly capture: boolean
  /** What becomes of the turns of a session that is deleted in the host: taken back, forgotten for good, or nothing. */
  readonly deletedSessions: (typeof deletions)[number]
  /** Tell the compaction prompt that there is a memory. */
  readonly compaction: boolean
}

export interface ParsedOptions {
  readonly options: Options
  /** One sentence for each option that was not taken. */
  readonly complaints: readonly string[]
}

type Read<T> = (value: unknown) => T | undefined

const readBoolean: Read<boolean> = (value) => (typeof value === 'boolean' ? value : undefined)
const readText: Read<string> = (value) =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined
const readDepth: Read<Options['depth']> = (value) => depths.find((depth) => depth === value)
const readDeletion: Read<Options['deletedSessions']> = (value) => deletions.find((each) => each === value)
const readWhole =
  (least: number, most: number): Read<number> =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? value
      : undefined

const readWait = readWhole(1, pluginLimits.hookMsMax)
const waitExpected = `a whole number of milliseconds from 1 to ${pluginLimits.hookMsMax}`

export function parseOptions(raw: unknown, env: Readonly<Record<string, string | undefined>>): ParsedOptions {
  const complaints: string[] = []
  const given = new Map<string, unknown>(isRecord(raw) ? Object.entries(raw) : [])
  if (raw !== undefined && raw !== null && !isRecord(raw))
    complaints.push('options are not an object; ignored')

  function take<T, D>(name: string, expected: string, read: Read<T>, fallback: D): T | D {
    const value = given.get(name)
    given.delete(name)
    if (value === undefined) return fallback
    const taken = read(value)
    if (taken !== undefined) return taken
    complaints.push(`option '${name}' should be ${expected}; using the default`)
    return fallback
  }

  /** As the hooks of other hosts read it. */
  function waitFrom(text = ''): number {
    const wait = /^\d{1,6}$/.test(text) ? readWait(Number(text)) : undefined
    if (wait === undefined && text !== '')
      complaints.push(`IAI_MCP_HOOK_WAIT_MS should be ${waitExpected}; using the default`)
    return wait ?? pluginLimits.hookMsDefault
  }

  const options: Options = {
    dataDir: resolveDataDir(take('dataDir', 'a path', readText, env.IAI_MCP_STORE)),
    depth: take('depth', `one of ${depths.join(', ')}`, readDepth, 'standard'),
    budgetTokens: take(
      'budgetTokens',
      `a whole number from 1 to ${pluginLimits.budgetTokensMax}`,
      readWhole(1, pluginLimits.budgetTokensMax),
      null,
    ),
    waitMs: take('waitMs', waitExpected, readWait, waitFrom(env.IAI_MCP_HOOK_WAIT_MS)),
    inject: take('inject', 'true or false', readBoolean, true),
    recall: take('recall', 'true or false', readBoolean, true),
    capture: take('capture', 'true or false', readBoolean, true),
    deletedSessions: take('deletedSessions', `one of ${deletions.join(', ')}`, readDeletion, 'hide'),
    compaction: take('compaction', 'true or false', readBoolean, true),
  }
  for (const name of given.keys()) complaints.push(`there is no option '${name}'; ignored`)
  return { options, complaints }
}

/** The environment of the host process; handed in by tests. */
export function hostEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
