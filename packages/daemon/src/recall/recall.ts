// Orchestrates one recall: read the cue, ask the store for candidates, score, pack. All decisions are pure functions in
// this folder; this file only moves data between them and the store. Read-only: asking changes nothing.
import type { Memory } from '../model/memory.ts'
import { noSession } from '../model/session.ts'
import { matches } from '../store/matching.ts'
import type { Occupant, SearchScope, TermStats } from '../store/search.ts'
import { rangesAround } from '../store/seats.ts'
import type { Store } from '../store/store.ts'
import type { LeftOut, RecallAnswer, RecallRequest } from './answer.ts'
import { candidateLimits, planProbes } from './candidates.ts'
import { type Cue, readCue } from './cue.ts'
import { chapterFrequencies, poolOf } from './gather.ts'
import type { Meaning } from './meaning.ts'
import { foundByMeaning, meaningQuestion, rowsForPool } from './meaning-asking.ts'
import { type Packed, type PackRequest, pack, type RankedMemory, shownNumber } from './pack.ts'
import { patternsOf } from './patterns.ts'
import type { PoolStats } from './pool.ts'
import { type Choice, choosePool, type ProbeResult, placeWeights } from './pool-choice.ts'
import { type Judged, judge } from './relevance.ts'
import { contributionsOf, type ScoredTurn, scorePool } from './score.ts'
import { readTimeBound } from './time-bound.ts'
import { relevanceFloor } from './weights.ts'

/** Turns before and after each chosen one that are read too: they may be what answers, and they vouch for it. */
const readBefore = 1
const readAfter = 1
/** A superseded memory is shown when it ranks among the first hits, at most this many, in this share of the budget. */
const antiHitRanksMax = 10
const antiHitsMax = 3
const antiHitBudgetShare = 0.2
const leftOutExamplesMax = 5

/**
 * Hits for `request`, best first, within its token budget. Rejects with AppError `invalid_params` for an unreadable
 * date.
 */
export async function recall(store: Store, meaning: Meaning, request: RecallRequest): Promise<RecallAnswer> {
  const cue = readCue(request.cue, request.now)
  const scope = scopeOf(request)
  const trace: string[] = []
  const ranking = await rank({ store, meaning, cue, scope, request, trace })
  const ranked = await readMemories(store, scope, ranking.judged.shown, Math.max(0, request.limit))
  const packed = packBoth(ranked, packRequestOf(cue, request, ranking.stats))
  trace.push(`${ranked.hits.length} memories ranked, ${packed.hits.hits.length} within the budget`)
  return {
    hits: packed.hits.hits,
    anti_hits: packed.antiHits.hits,
    left_out: await leftOutOf(store, scope, ranking.judged, request.explain === true),
    activation_trace: trace,
    budget_used: packed.hits.budgetUsed + packed.antiHits.budgetUsed,
    cue_mode: cue.mode,
    patterns_observed: patternsOf(cue),
  }
}

function scopeOf(request: RecallRequest): SearchScope {
  const { projects, session, client, roles, now } = request
  return {
    projects,
    session,
    client,
    roles,
    since: readTimeBound('since', request.since, now),
    until: readTimeBound('until', request.until, now),
    pin: request.pinnedOnly === true ? 'any' : undefined,
  }
}

interface Ranking {
  readonly judged: Judged
  readonly stats: TermStats
}

interface Asking {
  readonly store: Store
  readonly meaning: Meaning
  readonly cue: Cue
  readonly scope: SearchScope
  readonly request: RecallRequest
  readonly trace: string[]
}

async function rank(asking: Asking): Promise<Ranking> {
  const { store, cue, scope, request, trace } = asking
  const isNarrow = scope.session !== undefined || scope.pin !== undefined
  // Asked first: the cue is embedded while the index lists words.
  const asked = asking.meaning.nearest(meaningQuestion(cue, scope))
  const stats = await store.termStats(
    scope.projects,
    cue.terms.map(({ term }) => term),
  )
  const known = stats.holding.filter((passages) => passages > 0).length
  trace.push(`${known} of ${cue.terms.length} words of the cue are known among ${stats.passages} passages`)
  if (cue.terms.length === 0 || stats.passages === 0) return { judged: nothing, stats }
  const planned = planProbes(cue, stats, isNarrow)
  const found = await store.probe(
    scope,
    planned.map(({ probe }) => probe),
  )
  const results = planned.map((each, index) => ({ planned: each, seats: found[index] ?? [] }))
  const near = await foundByMeaning(store, scope, await asked)
  trace.push(near.told)
  const choice = choosePool(results, placeWeights(stats), candidateLimits.poolTurnsMax, near.seats)
  const ranges = rangesAround(choice.seats, readBefore, readAfter)
  const [evidence, poolMeaning] = await Promise.all([
    store.evidence(ranges),
    rowsForPool(store, near, ranges),
  ])
  trace.push(
    `${planned.length} probes named ${choice.named} passages`,
    `${evidence.passages.length} passages of ${evidence.chapters.length} stretches of sessions scored`,
  )
  const pool = poolOf({
    choice,
    evidence,
    stats: poolStats(stats, results, choice),
    ownSession: ownSessionOf(request),
    meaning: poolMeaning,
  })
  const named = new Set(choice.seats)
  const judged = judge(scorePool(cue, pool), ({ turn }) => named.has(turn.key), cue.asksOnlyForTime)
  const { leftOut, best } = judged
  if (leftOut.length > 0) {
    trace.push(
      `${leftOut.length} passages left out: the best has a relevance of ${best.toFixed(2)}, below the floor of ${relevanceFloor}`,
    )
  }
  return { judged, stats }
}

const nothing: Judged = { shown: [], leftOut: [], best: 0 }

/** What stayed below the floor: how much, and with `explain` which memories came closest. */
async function leftOutOf(
  store: Store,
  scope: SearchScope,
  { leftOut, best }: Judged,
  explain: boolean,
): Promise<LeftOut> {
  const summary = { count: leftOut.length, floor: relevanceFloor, best: shownNumber(best) }
  if (!explain || leftOut.length === 0) return summary
  const { hits } = await readMemories(store, scope, leftOut, leftOutExamplesMax)
  const examples = hits.map(({ memory, score, relevance, components }) => ({
    record_id: memory.id,
    score: shownNumber(score),
    relevance: shownNumber(relevance),
    components: contributionsOf(components),
  }))
  return { ...summary, examples }
}

function ownSessionOf({ session, sessionId }: RecallRequest): string | null {
  return session !== undefined || sessionId === undefined || sessionId === noSession ? null : sessionId
}

function poolStats(stats: TermStats, results: readonly ProbeResult[], choice: Choice): PoolStats {
  return {
    turns: stats.passages,
    averageTurnWords: stats.words / Math.max(1, stats.passages),
    sessions: stats.chapters,
    averageSessionWords: stats.words / Math.max(1, stats.chapters),
    turnFrequency: stats.holding,
    sessionFrequency: chapterFrequencies(results, choice, stats.holding, stats.chapters),
  }
}

interface RankedMemories {
  readonly hits: readonly RankedMemory[]
  readonly antiHits: readonly RankedMemory[]
}

/** The memories of the best passages, each once, at most `limit` that hold and those superseded that rank among them. */
async function readMemories(
  store: Store,
  scope: SearchScope,
  scored: readonly ScoredTurn[],
  limit: number,
): Promise<RankedMemories> {
  const hits: { scored: ScoredTurn; memory: Memory }[] = []
  const antiHits: typeof hits = []
  const seen = new Set<string>()
  const pageSize = limit + antiHitRanksMax
  for (let from = 0; from < scored.length && hits.length < limit; from += pageSize) {
    const page = scored.slice(from, from + pageSize)
    const occupants = await occupantsBySeat(
      store,
      page.map(({ turn }) => turn.key),
    )
    for (const turn of page) {
      const memory = occupants.get(turn.turn.key)?.memory
      if (memory === undefined || seen.has(memory.id)) continue
      seen.add(memory.id)
      // Neighbours of what was looked for are scored too, and may lie outside the scope.
      if (!isInScope(memory, scope)) continue
      if (memory.supersededAt === null) {
        if (hits.length < limit) hits.push({ scored: turn, memory })
      } else if (hits.length < antiHitRanksMax && antiHits.length < antiHitsMax) {
        antiHits.push({ scored: turn, memory })
      }
    }
  }
  return {
    hits: await withNeighbours(store, scope, hits),
    antiHits: await withNeighbours(store, scope, antiHits),
  }
}

async function occupantsBySeat(store: Store, seats: readonly number[]): Promise<Map<number, Occupant>> {
  if (seats.length === 0) return new Map()
  return new Map((await store.occupants(seats)).map((occupant) => [occupant.seat, occupant]))
}

function isInScope(memory: Memory, scope: SearchScope): boolean {
  return matches(memory, { ...scope, currentOnly: false })
}

async function withNeighbours(
  store: Store,
  scope: SearchScope,
  hits: readonly { scored: ScoredTurn; memory: Memory }[],
): Promise<RankedMemory[]> {
  const around = hits.flatMap(({ scored: { turn } }) => [turn.previous, turn.next])
  const occupants = await occupantsBySeat(store, [...new Set(around.filter((seat) => seat !== null))])
  return hits.map(({ scored: { turn, score, relevance, components }, memory }) => {
    const neighbour = (seat: number | null): Memory | null => {
      const other = seat === null ? undefined : occupants.get(seat)?.memory
      const isShowable = other?.supersededAt === null && other.id !== memory.id && isInScope(other, scope)
      return isShowable ? other : null
    }
    return {
      memory,
      score,
      relevance,
      components,
      previous: neighbour(turn.previous),
      next: neighbour(turn.next),
    }
  })
}

function packRequestOf(cue: Cue, request: RecallRequest, stats: TermStats): PackRequest {
  const idf = placeWeights(stats)
  return {
    cue,
    budgetTokens: request.budgetTokens,
    limit: request.limit,
    now: request.now,
    explain: request.explain === true,
    termWeights: new Map(cue.terms.map(({ term }, place) => [term, idf[place] as number])),
  }
}

/** What no longer holds has its share of the budget first: an answer that leaves it out misleads. */
function packBoth(
  { hits, antiHits }: RankedMemories,
  request: PackRequest,
): { hits: Packed; antiHits: Packed } {
  const antiBudget = Math.floor(request.budgetTokens * antiHitBudgetShare)
  const anti = pack(antiHits, { ...request, budgetTokens: antiBudget, limit: antiHitsMax })
  const budgetTokens = request.budgetTokens - anti.budgetUsed
  return { antiHits: anti, hits: pack(hits, { ...request, budgetTokens }) }
}
