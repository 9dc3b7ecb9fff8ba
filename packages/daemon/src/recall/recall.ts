// Orchestrates one recall: read the cue, ask the store for candidates, score, pack. All decisions are pure functions in
// this folder; this file only moves data between them and the store, where it runs. Read-only: asking changes nothing.
import { noSession } from '../model/session.ts'
import { matches } from '../store/matching.ts'
import type { FoundMemory, Search, Searching, SearchScope, TermStats } from '../store/search.ts'
import { rangesAround } from '../store/seats.ts'
import type { LeftOut, RecallAnswer, RecallRequest } from './answer.ts'
import { candidateLimits, planProbes } from './candidates.ts'
import { type Cue, readCue } from './cue.ts'
import { chapterFrequencies, countingSideBySide, heldSideBySide, poolOf } from './gather.ts'
import { foundByMeaning, rowsForPool } from './meaning-asking.ts'
import { newestFirst } from './newest-first.ts'
import { type Packed, type PackRequest, pack, type RankedMemory, shownNumber } from './pack.ts'
import { patternsOf } from './patterns.ts'
import type { PoolStats } from './pool.ts'
import { type Choice, choosePool, type ProbeResult, placeWeights } from './pool-choice.ts'
import { type Judged, judge } from './relevance.ts'
import { contributionsOf, scorePool } from './score.ts'
import type { ScoredTurn } from './scored-turn.ts'
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

export const recallSearch: Search<RecallRequest, RecallAnswer> = { name: 'recall', run: recall }

/**
 * Hits for `request`, best first, within its token budget. Raises AppError `invalid_params` for an unreadable
 * date.
 */
function recall(searching: Searching, request: RecallRequest): RecallAnswer {
  const cue = readCue(request.cue, request.now)
  const scope = scopeOf(request)
  const trace: string[] = []
  const ranking = rank(searching, cue, scope, request, trace)
  const ranked = readMemories(searching, scope, ranking.judged.shown, Math.max(0, request.limit))
  const packed = packBoth(ranked, packRequestOf(cue, request, ranking.stats))
  const { shown } = ranking.judged
  trace.push(`${shown.length} passages ranked, ${packed.hits.hits.length} memories within the budget`)
  return {
    hits: packed.hits.hits,
    anti_hits: packed.antiHits.hits,
    left_out: leftOutOf(searching, scope, ranking.judged, request.explain === true),
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

function rank(
  searching: Searching,
  cue: Cue,
  scope: SearchScope,
  request: RecallRequest,
  trace: string[],
): Ranking {
  const isNarrow = scope.session !== undefined || scope.pin !== undefined
  const counted = searching.termStats(
    scope.projects,
    cue.terms.map(({ term }) => term),
  )
  const known = counted.holding.filter((passages) => passages > 0).length
  trace.push(`${known} of ${cue.terms.length} words of the cue are known among ${counted.passages} passages`)
  if (cue.terms.length === 0 || counted.passages === 0) return { judged: nothing, stats: counted }
  const planned = planProbes(cue, counted, isNarrow)
  const found = searching.probe(
    scope,
    planned.map(({ probe }) => probe),
  )
  const results = planned.map((each, index) => ({ planned: each, seats: found[index] ?? [] }))
  const stats = countingSideBySide(counted, results)
  const near = foundByMeaning(searching, scope, request.meaning)
  trace.push(near.told)
  const { poolTurnsMax, poolTurnsBesideMeaningMax } = candidateLimits
  const turnsMax = near.vector === null ? poolTurnsMax : poolTurnsBesideMeaningMax
  const choice = choosePool(results, placeWeights(stats), turnsMax, near.seats)
  const ranges = rangesAround(choice.seats, readBefore, readAfter)
  const evidence = searching.evidence(ranges)
  trace.push(
    `${planned.length} probes named ${choice.named} passages`,
    `${evidence.passages.length} passages of ${evidence.chapters.length} stretches of sessions scored`,
  )
  const pool = poolOf({
    choice,
    evidence,
    stats: poolStats(stats, results, choice),
    alsoHeld: heldSideBySide(cue, results),
    ownSession: ownSessionOf(request),
    meaning: rowsForPool(searching, near, ranges),
  })
  const scored = scorePool(cue, pool)
  const eligible =
    request.exceptOwnSession === true
      ? scored.filter(({ turn }) => !pool.ownChapters.has(turn.chapter))
      : scored
  const judged = judge(eligible, cue.asksOnlyForTime)
  const { leftOut, best } = judged
  if (leftOut.length > 0) {
    trace.push(
      `${leftOut.length} passages left out: the best has a relevance of ${best.toFixed(2)}, below the floor of ${relevanceFloor}`,
    )
  }
  return { judged: { ...judged, shown: newestFirst(cue, pool, judged.shown) }, stats }
}

const nothing: Judged = { shown: [], leftOut: [], best: 0 }

/** What stayed below the floor: how much, and with `explain` which memories came closest. */
function leftOutOf(
  searching: Searching,
  scope: SearchScope,
  { leftOut, best }: Judged,
  explain: boolean,
): LeftOut {
  const summary = { count: leftOut.length, floor: relevanceFloor, best: shownNumber(best) }
  if (!explain || leftOut.length === 0) return summary
  const { hits } = readMemories(searching, scope, leftOut, leftOutExamplesMax)
  const examples = [...hits].map(({ memory, score, relevance, components }) => ({
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
  /** Read as they are asked for: a budget ends the answer long before a limit does. */
  readonly hits: Iterable<RankedMemory>
  readonly antiHits: readonly RankedMemory[]
}

/** The memories of the best passages, each once, at most `limit` that hold and those superseded that rank among them. */
function readMemories(
  searching: Searching,
  scope: SearchScope,
  scored: readonly ScoredTurn[],
  limit: number,
): RankedMemories {
  if (limit === 0) return { hits: [], antiHits: [] }
  const walk = memoriesOf(searching, scope, scored)
  const first: RankedMemory[] = []
  const antiHits: RankedMemory[] = []
  while (first.length < antiHitRanksMax) {
    const { done, value } = walk.next()
    if (done === true) break
    if (value.memory.supersededAt === null) first.push(value)
    else if (antiHits.length < antiHitsMax) antiHits.push(value)
  }
  return { hits: firstOf(limit, holding(first, walk)), antiHits }
}

function* holding(first: readonly RankedMemory[], rest: Iterable<RankedMemory>): Generator<RankedMemory> {
  yield* first
  for (const each of rest) if (each.memory.supersededAt === null) yield each
}

function* firstOf<T>(count: number, values: Iterable<T>): Generator<T> {
  let left = count
  for (const value of values) {
    yield value
    if (--left === 0) return
  }
}

/** Best first; superseded ones too. */
function* memoriesOf(
  searching: Searching,
  scope: SearchScope,
  scored: readonly ScoredTurn[],
): Generator<RankedMemory> {
  const seen = new Set<string>()
  for (const turn of scored) {
    const memory = occupantOf(searching, turn.turn.key)
    if (memory === null || seen.has(memory.id)) continue
    seen.add(memory.id)
    // Neighbours of what was looked for are scored too, and may lie outside the scope.
    if (isInScope(memory, scope)) yield rankedMemory(searching, scope, turn, memory)
  }
}

function rankedMemory(
  searching: Searching,
  scope: SearchScope,
  { turn, score, relevance, components }: ScoredTurn,
  memory: FoundMemory,
): RankedMemory {
  const neighbour = (seat: number | null): FoundMemory | null => {
    const other = seat === null ? null : occupantOf(searching, seat)
    const isShowable = other?.supersededAt === null && other.id !== memory.id && isInScope(other, scope)
    return isShowable ? other : null
  }
  let around: ReturnType<RankedMemory['neighbours']> | undefined
  return {
    ...{ memory, score, relevance, components: components() },
    neighbours() {
      around ??= { previous: neighbour(turn.previous), next: neighbour(turn.next) }
      return around
    },
  }
}

function occupantOf(searching: Searching, seat: number): FoundMemory | null {
  return searching.occupants([seat])[0]?.memory ?? null
}

function isInScope(memory: FoundMemory, scope: SearchScope): boolean {
  return matches(memory, { ...scope, currentOnly: false })
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
  // What was said around it may well hold: it must not stand among what does not.
  const alone = antiHits.map((each) => ({ ...each, neighbours: () => ({ previous: null, next: null }) }))
  const anti = pack(alone, { ...request, budgetTokens: antiBudget, limit: antiHitsMax })
  const budgetTokens = request.budgetTokens - anti.budgetUsed
  return { antiHits: anti, hits: pack(hits, { ...request, budgetTokens }) }
}
