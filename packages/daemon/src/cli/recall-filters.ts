// What a recall that found nothing was narrowed by, and what would have been found otherwise: each filter is lifted by
// itself, then all of them together. Only asked when there is nothing to show; where little is, others may have more.
import { limits } from '../kit/limits.ts'
import type { memoryRecall } from '../operations/memory-recall.ts'
import type { Daemon } from './client.ts'
import { memoriesText } from './counted.ts'
import type { Line } from './output.ts'
import type { ResultOf } from './result-of.ts'

type Recall = ResultOf<typeof memoryRecall>

export type RecallParams = Readonly<Record<string, unknown>> & { readonly cue: string }

interface Filter {
  /** How to ask without it. */
  readonly advice: string
  lift(params: RecallParams): RecallParams
}

/** What the user may have narrowed by, as the operation and as the command line call it. */
const flags: readonly (readonly [param: string, flag: string])[] = [
  ['since', '--since'],
  ['until', '--until'],
  ['in_session', '--session'],
  ['roles', '--role'],
  ['from_client', '--client'],
  ['pinned_only', '--pinned'],
  ['budget_tokens', '--budget'],
]

export interface Lifted {
  readonly advice: string
  readonly found: number
}

const everywhere: Filter = {
  advice: 'with --all-projects',
  lift: (asked) => ({ ...without(asked, ['cwd', 'project']), all_projects: true }),
}

/** Whether other projects know words of the cue that this one does not, and hold something that has more to do with it. */
export async function isBetterElsewhere(
  daemon: Daemon,
  params: RecallParams,
  here: Recall,
): Promise<boolean> {
  const { asked, known } = here.cue_words
  if (params.all_projects === true || known === asked) return false
  const there = await daemon.call<Recall>('memory_recall', everywhere.lift({ ...params, limit: 1 }))
  return there.hits.length > 0 && there.cue_words.known > known && there.left_out.best > here.left_out.best
}

/** What would have been found, most first; empty when nothing was filtered or would have been. */
export async function liftFilters(daemon: Daemon, params: RecallParams): Promise<readonly Lifted[]> {
  const filters = filtersOf(params)
  const alone = await Promise.all(filters.map((filter) => lifted(daemon, params, [filter])))
  const some = alone.filter(({ found }) => found > 0).toSorted((a, b) => b.found - a.found)
  if (some.length > 0 || filters.length < 2) return some
  const together = await lifted(daemon, params, filters)
  return together.found > 0 ? [together] : []
}

export function filtersOf(params: RecallParams): readonly Filter[] {
  const given = flags
    .filter(([param]) => params[param] !== undefined)
    .map(([param, flag]): Filter => ({ advice: `without ${flag}`, lift: (asked) => without(asked, [param]) }))
  if (params.all_projects === true) return given
  return [everywhere, ...given]
}

/** `With --all-projects: 3 memories.` */
export function liftedLines(all: readonly Lifted[]): Line[] {
  return all.map(({ advice, found }) => {
    const more = found >= limits.recallHitsDefault ? 'at least ' : ''
    return [`${advice[0]?.toUpperCase()}${advice.slice(1)}: ${more}${memoriesText(found)}.`]
  })
}

async function lifted(daemon: Daemon, params: RecallParams, filters: readonly Filter[]): Promise<Lifted> {
  const bare = { ...without(params, ['explain', 'limit']), limit: limits.recallHitsDefault }
  const asked = filters.reduce<RecallParams>((rest, filter) => filter.lift(rest), bare)
  const { hits } = await daemon.call<Recall>('memory_recall', asked)
  return { advice: filters.map(({ advice }) => advice).join(', '), found: hits.length }
}

function without(params: RecallParams, names: readonly string[]): RecallParams {
  const rest = Object.entries(params).filter(([name]) => !names.includes(name))
  return { cue: params.cue, ...Object.fromEntries(rest) }
}
