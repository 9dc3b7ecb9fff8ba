// Brings what the store knows of the chosen seats into the form that scoring works on. Pure.
import type { Evidence } from '../store/search.ts'
import { chapterOf, placeOf } from '../store/seats.ts'
import { decodeManyPassageTerms, type PassageTerms } from '../text/passage-terms.ts'
import type { PlannedProbe } from './candidates.ts'
import type { Pool, PoolMeaning, PoolStats, PoolTurn } from './pool.ts'
import type { Choice, ProbeResult } from './pool-choice.ts'

export interface Gathered {
  readonly choice: Choice
  readonly evidence: Evidence
  readonly stats: PoolStats
  /** Session the asker is in; null when it is none, or is the one asked about. */
  readonly ownSession: string | null
  readonly meaning: PoolMeaning | null
}

export function poolOf({ choice, evidence, stats, ownSession, meaning }: Gathered): Pool {
  const opening = new Set(evidence.chapters.filter((each) => each.opensSession).map(({ chapter }) => chapter))
  const own = evidence.chapters.filter(({ session }) => session === ownSession)
  return {
    turns: turnsOf(evidence, opening),
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

function turnsOf({ passages }: Evidence, opening: ReadonlySet<number>): PoolTurn[] {
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
      terms: decoded[index] as PassageTerms,
    }
  })
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
