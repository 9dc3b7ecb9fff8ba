// Brings what the store knows of the chosen seats into the form that scoring works on. Pure.
import type { Evidence, TermStats } from '../store/search.ts'
import { chapterOf, placeOf } from '../store/seats.ts'
import { decodeManyPassageTerms, type PassageTerms } from '../text/passage-terms.ts'
import type { PlannedProbe } from './candidates.ts'
import type { Cue, CueTerm } from './cue.ts'
import type { Pool, PoolMeaning, PoolStats, PoolTurn } from './pool.ts'
import type { Choice, ProbeResult } from './pool-choice.ts'

export interface Gathered {
  readonly choice: Choice
  readonly evidence: Evidence
  readonly stats: PoolStats
  /** Terms that passages hold in other words, which only the index knows: hashes by seat. */
  readonly alsoHeld: ReadonlyMap<number, readonly number[]>
  /** Session the asker is in; null when it is none, or is the one asked about. */
  readonly ownSession: string | null
  readonly meaning: PoolMeaning | null
}

export function poolOf({ choice, evidence, stats, alsoHeld, ownSession, meaning }: Gathered): Pool {
  const opening = new Set(evidence.chapters.filter((each) => each.opensSession).map(({ chapter }) => chapter))
  const own = evidence.chapters.filter(({ session }) => session === ownSession)
  return {
    turns: turnsOf(evidence, opening, alsoHeld),
    chapters: new Map(
      evidence.chapters.map(({ chapter, words }) => [
        chapter,
        { counts: choice.chapters.get(chapter) ?? [], words },
      ]),
    ),
    exact: choice.exact,
    ownChapters: new Set(own.map(({ chapter }) => chapter)),
    meaning,
    stats,
  }
}

function turnsOf(
  { passages }: Evidence,
  opening: ReadonlySet<number>,
  alsoHeld: Gathered['alsoHeld'],
): PoolTurn[] {
  // Passages come ascending, so that what stands beside a seat stands beside it here too.
  const neighbour = (index: number, seat: number, chapter: number) =>
    passages[index]?.seat === seat && chapterOf(seat) === chapter ? seat : null
  const decoded = decodeManyPassageTerms(passages.map(({ terms }) => terms))
  return passages.map(({ seat, role, speaker, saidAt, surface }, index) => {
    const chapter = chapterOf(seat)
    return {
      key: seat,
      previous: neighbour(index - 1, seat - 1, chapter),
      next: neighbour(index + 1, seat + 1, chapter),
      chapter,
      opens: placeOf(seat) === 0 && opening.has(chapter),
      role,
      speaker: speaker?.toLowerCase() ?? null,
      saidAt,
      surface,
      terms: withAlso(decoded[index] as PassageTerms, alsoHeld.get(seat)),
    }
  })
}

/** Behind the words, where identifiers stand too: they have no place in the order. */
function withAlso(terms: PassageTerms, also: readonly number[] | undefined): PassageTerms {
  return also === undefined ? terms : { ...terms, hashes: Uint32Array.of(...terms.hashes, ...also) }
}

/** Of cue terms that two words side by side say as well, which seats hold them so: hashes by seat. */
export function heldSideBySide(cue: Cue, results: readonly ProbeResult[]): Map<number, number[]> {
  const held = new Map<number, number[]>()
  for (const { planned, seats } of results) {
    if (!isSideBySide(planned)) continue
    const hashes = planned.proves.map((place) => (cue.terms[place] as CueTerm).hash)
    for (let index = 0; index < seats.length; index++) {
      const seat = seats[index] as number
      held.set(seat, [...(held.get(seat) ?? []), ...hashes])
    }
  }
  return held
}

/** Passages that say a term side by side hold it too. */
export function countingSideBySide(stats: TermStats, results: readonly ProbeResult[]): TermStats {
  const beside = results.filter(({ planned }) => isSideBySide(planned))
  if (beside.length === 0) return stats
  const holding = [...stats.holding]
  for (const { planned, seats } of beside)
    for (const place of planned.proves) holding[place] = (holding[place] ?? 0) + seats.length
  return { ...stats, holding }
}

function isSideBySide({ probe, isExact }: PlannedProbe): boolean {
  return probe.find === 'phrase' && !isExact
}

/**
 * How many chapters hold each term: counted where the index listed the term in full, else what chance would make of the
 * passages that hold it.
 */
export function chapterFrequencies(
  results: readonly ProbeResult[],
  choice: Choice,
  holding: readonly number[],
  chapters: number,
): number[] {
  const listed = new Set(results.filter(isComplete).flatMap(({ planned }) => planned.proves))
  return holding.map((passages, place) => {
    if (listed.has(place)) return choice.chaptersHolding[place] as number
    return chapters * (1 - Math.exp(-passages / Math.max(1, chapters)))
  })
}

function isComplete({ planned, seats }: ProbeResult): boolean {
  return namesEvery(planned) && seats.length < planned.probe.limit
}

function namesEvery({ probe }: PlannedProbe): boolean {
  return probe.find === 'terms' && probe.all.length === 1 && probe.any.length === 0
}
