// Which turns are worth scoring. Plans what to ask the text index (as little as finds every known item), then merges
// what it names into a pool. Pure. Postings of a term are cheap to list and dear to rank, so nothing is ranked inside
// the index: rare terms are listed in full, common ones only beside rare ones, and coverage decides who is read.
import type { Cue } from './cue.ts'
import { chapterOf } from './seats.ts'

/** A question to the text index: seats that hold all of `all`, one of `any` (when not empty), and `phrase` in order. */
export interface Probe {
  readonly all: readonly string[]
  readonly any: readonly string[]
  readonly phrase: readonly string[]
  /** Said within one of these stretches; empty: any time. */
  readonly within: readonly { readonly from: number; readonly to: number }[]
  /** The newest this many. */
  readonly limit: number
}

export interface PlannedProbe {
  readonly probe: Probe
  /** Places in cue.terms that a seat named by this probe is known to hold. */
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
  /** More terms than these, rarest first, do not change who is found. */
  termsMax: 16,
  commonTermsMax: 4,
  pairTermsMax: 5,
  pairPostingsMax: 4_000,
  phrasePostingsMax: 400,
  windowPostingsMax: 400,
  /** Turns read and scored. */
  poolTurnsMax: 300,
} as const

interface RankedTerm {
  readonly term: string
  readonly place: number
  readonly holding: number
}

/** What to ask the index for `cue`. */
export function planProbes(cue: Cue, counts: TermCounts): PlannedProbe[] {
  const terms = rarestTerms(cue, counts)
  const { listed, common } = splitByBudget(terms, candidateLimits.postingsMax)
  const beside = splitByBudget(listed, candidateLimits.besidePostingsMax).listed
  return [
    ...cue.phrases.map(phraseProbe),
    ...listed.map((term) => probeFor([term], [], candidateLimits.postingsMax)),
    ...(beside.length === 0 ? [] : common.slice(0, candidateLimits.commonTermsMax)).map((term) =>
      probeFor([term], beside, candidateLimits.besidePostingsMax),
    ),
    ...(listed.length === 0 ? pairProbes(terms) : []),
    ...(cue.window === null ? [] : [windowProbe(cue.window)]),
  ]
}

function rarestTerms(cue: Cue, counts: TermCounts): RankedTerm[] {
  return cue.terms
    .map(({ term }, place) => ({ term, place, holding: counts.holding[place] ?? 0 }))
    .filter(({ holding }) => holding > 0)
    .sort((a, b) => a.holding - b.holding || a.place - b.place)
    .slice(0, candidateLimits.termsMax)
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
  return {
    probe: {
      all: all.map(({ term }) => term),
      any: any.map(({ term }) => term),
      phrase: [],
      within: [],
      limit,
    },
    proves: all.map(({ place }) => place),
    isExact: false,
  }
}

function phraseProbe(phrase: readonly string[]): PlannedProbe {
  const probe = { all: [], any: [], phrase, within: [], limit: candidateLimits.phrasePostingsMax }
  return { probe, proves: [], isExact: true }
}

function windowProbe(within: Probe['within']): PlannedProbe {
  const probe = { all: [], any: [], phrase: [], within, limit: candidateLimits.windowPostingsMax }
  return { probe, proves: [], isExact: false }
}

export interface ProbeResult {
  readonly planned: PlannedProbe
  /** Ascending. */
  readonly seats: ArrayLike<number>
}

export interface Choice {
  /** Seats to read and score, ascending. */
  readonly seats: readonly number[]
  /** Seats that hold one of the cue's phrases. */
  readonly exact: ReadonlySet<number>
  /** How many different seats the index named. */
  readonly named: number
}

/**
 * The seats to score: all exact ones, then those whose own words, neighbours' words and chapter's words cover most of
 * the cue's idf; of equal ones the newer. `idf` is by place in cue.terms; at most `poolMax` seats.
 */
export function choosePool(results: readonly ProbeResult[], idf: readonly number[], poolMax: number): Choice {
  const exact = new Set<number>()
  for (const { planned, seats } of results) {
    if (planned.isExact) for (let index = 0; index < seats.length; index++) exact.add(seats[index] as number)
  }
  const bits = bitsByPlace(results)
  const merged = mergeLists(results, bits)
  const best = createBest(poolMax)
  scoreSeats(merged, maskWeights(bits, idf), best.offer)
  const chosen = new Set(exact)
  for (const seat of best.seats()) {
    if (chosen.size >= poolMax) break
    chosen.add(seat)
  }
  return { seats: [...chosen].sort((a, b) => a - b), exact, named: merged.count }
}

/** How much a turn's chapter, and its better neighbour, add to what the turn itself covers. */
const chapterShare = 0.4
const neighbourShare = 0.5
/** Breaks ties towards chapters that name the cue's words again and again. */
const densityShare = 0.02

/** Every named seat once, ascending, with the terms it is known to hold as bits. */
interface MergedSeats {
  readonly count: number
  readonly seats: Float64Array
  readonly masks: Uint32Array
}

function scoreSeats(
  merged: MergedSeats,
  weights: Float64Array,
  offer: (seat: number, score: number) => void,
): void {
  const { count, seats, masks } = merged
  const weightOf = (mask: number) => weights[mask] as number
  let start = 0
  while (start < count) {
    const chapter = chapterOf(seats[start] as number)
    let end = start
    let chapterMask = 0
    while (end < count && chapterOf(seats[end] as number) === chapter) chapterMask |= masks[end++] as number
    const shared = (chapterShare + densityShare * Math.log1p(end - start)) * weightOf(chapterMask)
    for (let index = start; index < end; index++) {
      const seat = seats[index] as number
      const mask = masks[index] as number
      const before = index > start && seats[index - 1] === seat - 1 ? (masks[index - 1] as number) : 0
      const after = index + 1 < end && seats[index + 1] === seat + 1 ? (masks[index + 1] as number) : 0
      const round = Math.max(weightOf(mask | before), weightOf(mask | after))
      offer(seat, weightOf(mask) + neighbourShare * round + shared)
    }
    start = end
  }
}

/** A bit for each place that some probe proves; a plan proves at most termsMax. */
function bitsByPlace(results: readonly ProbeResult[]): Map<number, number> {
  const bits = new Map<number, number>()
  for (const { planned } of results) {
    for (const place of planned.proves) if (!bits.has(place)) bits.set(place, 1 << bits.size)
  }
  return bits
}

/** Sum of idf for every combination of bits. */
function maskWeights(bits: ReadonlyMap<number, number>, idf: readonly number[]): Float64Array {
  const weights = new Float64Array(1 << bits.size)
  for (const [place, bit] of bits) {
    const weight = idf[place] ?? 0
    for (let mask = 0; mask < bit; mask++) weights[bit | mask] = (weights[mask] as number) + weight
  }
  return weights
}

function mergeLists(results: readonly ProbeResult[], bits: ReadonlyMap<number, number>): MergedSeats {
  const lists = results.map(({ seats }) => seats)
  const listMasks = results.map(({ planned }) =>
    planned.proves.reduce((mask, place) => mask | (bits.get(place) ?? 0), 0),
  )
  const total = lists.reduce((sum, list) => sum + list.length, 0)
  const seats = new Float64Array(total)
  const masks = new Uint32Array(total)
  const cursors = new Uint32Array(lists.length)
  const heads = Float64Array.from(lists, (list) => list[0] ?? Number.POSITIVE_INFINITY)
  let count = 0
  for (;;) {
    let seat = Number.POSITIVE_INFINITY
    for (let list = 0; list < heads.length; list++) seat = Math.min(seat, heads[list] as number)
    if (seat === Number.POSITIVE_INFINITY) return { count, seats, masks }
    let mask = 0
    for (let list = 0; list < heads.length; list++) {
      if (heads[list] !== seat) continue
      mask |= listMasks[list] as number
      cursors[list] = (cursors[list] as number) + 1
      heads[list] = lists[list]?.[cursors[list] as number] ?? Number.POSITIVE_INFINITY
    }
    seats[count] = seat
    masks[count++] = mask
  }
}

/** Keeps the best `size` of many offers, sorting only now and then. */
function createBest(size: number): { offer(seat: number, score: number): void; seats(): number[] } {
  let kept: { seat: number; score: number }[] = []
  let floor = Number.NEGATIVE_INFINITY
  const cut = () => {
    kept.sort((a, b) => b.score - a.score || b.seat - a.seat)
    kept = kept.slice(0, size)
  }
  return {
    offer(seat, score) {
      if (score < floor) return
      kept.push({ seat, score })
      if (kept.length < 4 * size + 64) return
      cut()
      floor = kept.at(-1)?.score ?? floor
    },
    seats() {
      cut()
      return kept.map(({ seat }) => seat)
    },
  }
}
