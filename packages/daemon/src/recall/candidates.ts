// What to ask the text index for a cue: as little as finds every known item. Pure. Postings of a term are cheap to list
// and dear to rank, so nothing is ranked inside the index: rare terms are listed in full, common ones only beside rare
// ones; pool-choice.ts then decides who is read.

import type { Probe, TimeSpan } from '../store/search.ts'
import type { Cue } from './cue.ts'

export interface PlannedProbe {
  readonly probe: Probe
  /** Places in cue.terms that a seat named by this probe is known to hold; cue.terms.length is its time window. */
  readonly proves: readonly number[]
  /** Named by a phrase of the cue: in the pool whatever else. */
  readonly isExact: boolean
}

export interface TermCounts {
  /** Passages in scope, and how many of them hold each cue term (estimates will do). */
  readonly passages: number
  readonly holding: readonly number[]
}

export const candidateLimits = {
  /** Postings listed for one recall. */
  postingsMax: 24_000,
  /** Postings of the rare terms beside which a common term is looked for. */
  besidePostingsMax: 4_000,
  /** More terms than these, rarest first, do not change who is found; side by side ones count among them. */
  termsMax: 16,
  commonTermsMax: 4,
  pairTermsMax: 5,
  pairPostingsMax: 4_000,
  phrasePostingsMax: 400,
  sideBySidePostingsMax: 4_000,
  timePostingsMax: 400,
  /**
   * Turns nearest to the cue by meaning that are read and scored beside those that words name. They are chosen by code: of
   * the ten truly nearest among 58,000 real turns, 97 in a hundred are among so many (of 48: 96).
   */
  meaningTurnsMax: 64,
  /** Turns read and scored because of their words, neighbours apart: alone, and beside those near by meaning. */
  poolTurnsMax: 200,
  poolTurnsBesideMeaningMax: 184,
} as const

interface RankedTerm {
  readonly term: string
  readonly place: number
  readonly holding: number
}

/** What to ask the index for `cue`; in a `narrow` scope (a session, what is pinned) simply for all of it as well. */
export function planProbes(cue: Cue, counts: TermCounts, isNarrow = false): PlannedProbe[] {
  const terms = rarestTerms(cue, counts)
  const { listed, common } = splitByBudget(terms, candidateLimits.postingsMax)
  const beside = splitByBudget(listed, candidateLimits.besidePostingsMax).listed
  return [
    ...cue.phrases.map(phraseProbe),
    ...cue.terms.flatMap(({ sideBySide }, place) =>
      sideBySide === null ? [] : sideBySideProbe(sideBySide, place),
    ),
    ...listed.map((term) => probeFor([term], [], candidateLimits.postingsMax)),
    ...(beside.length === 0 ? [] : common.slice(0, candidateLimits.commonTermsMax)).map((term) =>
      probeFor([term], beside, candidateLimits.besidePostingsMax),
    ),
    ...(listed.length === 0 ? pairProbes(terms) : []),
    ...(cue.window === null ? [] : [timeProbe(cue.window, [cue.terms.length])]),
    ...(isNarrow ? [timeProbe([{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }], [])] : []),
  ]
}

function rarestTerms(cue: Cue, counts: TermCounts): RankedTerm[] {
  const besideThem = cue.terms.filter(({ sideBySide }) => sideBySide !== null).length
  return cue.terms
    .map(({ term }, place) => ({ term, place, holding: counts.holding[place] ?? 0 }))
    .filter(({ holding }) => holding > 0)
    .sort((a, b) => a.holding - b.holding || a.place - b.place)
    .slice(0, candidateLimits.termsMax - besideThem)
}

/** Rarest first, as many as the postings budget lists in full. */
function splitByBudget(
  terms: readonly RankedTerm[],
  postingsMax: number,
): { listed: RankedTerm[]; common: RankedTerm[] } {
  let postings = 0
  const listed: RankedTerm[] = []
  for (const term of terms) {
    postings += term.holding
    if (postings > postingsMax) break
    listed.push(term)
  }
  return { listed, common: terms.slice(listed.length) }
}

/** Every term is common: turns with two of them, for all pairs of the rarest; a single term alone, its newest turns. */
function pairProbes(terms: readonly RankedTerm[]): PlannedProbe[] {
  const rarest = terms.slice(0, candidateLimits.pairTermsMax)
  if (rarest.length === 1) return [probeFor(rarest, [], candidateLimits.pairPostingsMax)]
  return rarest.flatMap((first, index) =>
    rarest.slice(index + 1).map((second) => probeFor([first, second], [], candidateLimits.pairPostingsMax)),
  )
}

function probeFor(all: readonly RankedTerm[], any: readonly RankedTerm[], limit: number): PlannedProbe {
  const words = (terms: readonly RankedTerm[]) => terms.map(({ term }) => term)
  return {
    probe: { find: 'terms', all: words(all), any: words(any), limit },
    proves: all.map(({ place }) => place),
    isExact: false,
  }
}

function phraseProbe(words: readonly string[]): PlannedProbe {
  return {
    probe: { find: 'phrase', words, limit: candidateLimits.phrasePostingsMax },
    proves: [],
    isExact: true,
  }
}

function sideBySideProbe(words: readonly string[], place: number): PlannedProbe {
  return {
    probe: { find: 'phrase', words, limit: candidateLimits.sideBySidePostingsMax },
    proves: [place],
    isExact: false,
  }
}

function timeProbe(within: readonly TimeSpan[], proves: readonly number[]): PlannedProbe {
  return { probe: { find: 'time', within, limit: candidateLimits.timePostingsMax }, proves, isExact: false }
}
