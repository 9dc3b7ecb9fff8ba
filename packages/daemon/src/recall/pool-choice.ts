// Which of the turns that the index named are read and scored: those that cover most of what the cue asks, alone,
// together with a neighbour, or within their chapter. Pure.
import { chapterOf } from '../store/seats.ts'
import type { PlannedProbe, TermCounts } from './candidates.ts'
import { idfOf } from './documents.ts'
import { weights } from './weights.ts'

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
  /** For each chapter of a chosen seat, how many of its named seats hold each place. */
  readonly chapters: ReadonlyMap<number, readonly number[]>
  /** How many chapters hold each place, as far as the index named them. */
  readonly chaptersHolding: readonly number[]
}

/**
 * The seats to score: all exact ones, then those whose own words, neighbours' words and chapter's words cover most of
 * the cue's idf; of equal ones the newer. `idf` is by place (placeWeights); at most `poolMax` seats, and those of `also`
 * beside them.
 */
export function choosePool(
  results: readonly ProbeResult[],
  idf: readonly number[],
  poolMax: number,
  also: readonly number[] = [],
): Choice {
  const exact = new Set<number>()
  for (const { planned, seats } of results) {
    if (planned.isExact) for (let index = 0; index < seats.length; index++) exact.add(seats[index] as number)
  }
  const bits = bitsByPlace(results)
  const merged = mergeLists(results, bits)
  const best = createBest(poolMax)
  const chaptersWith = scoreSeats(merged, maskWeights(bits, idf), best.offer)
  const chosen = new Set(exact)
  for (const seat of best.seats()) {
    if (chosen.size >= poolMax) break
    chosen.add(seat)
  }
  for (const seat of also) chosen.add(seat)
  return {
    seats: [...chosen].sort((a, b) => a - b),
    exact,
    named: merged.count,
    chapters: tallyChapters(merged, new Set([...chosen].map(chapterOf)), bits, idf.length),
    chaptersHolding: idf.map((_, place) => chaptersWith[bits.get(place) ?? -1] ?? 0),
  }
}

/** What covering each place is worth: idf of the words, and for the time window what it adds to a score. */
export function placeWeights(counts: TermCounts): number[] {
  const idf = counts.holding.map((holding) => idfOf(holding, counts.passages))
  const total = idf.reduce((sum, each, place) => sum + ((counts.holding[place] as number) > 0 ? each : 0), 0)
  return [...idf, weights.window * Math.max(total, 1)]
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

/** Offers every seat with its score; returns how many chapters hold each bit. */
function scoreSeats(
  merged: MergedSeats,
  weights: Float64Array,
  offer: (seat: number, score: number) => void,
): Uint32Array {
  const { count, seats, masks } = merged
  const weightOf = (mask: number) => weights[mask] as number
  const chaptersWith = new Uint32Array(Math.log2(weights.length))
  let start = 0
  while (start < count) {
    const chapter = chapterOf(seats[start] as number)
    let end = start
    let chapterMask = 0
    while (end < count && chapterOf(seats[end] as number) === chapter) chapterMask |= masks[end++] as number
    countBits(chapterMask, chaptersWith)
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
  return chaptersWith
}

function countBits(mask: number, counts: Uint32Array): void {
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    const bit = 31 - Math.clz32(rest & -rest)
    counts[bit] = (counts[bit] as number) + 1
  }
}

/** For each of `chapters`, how many of its seats hold each place. */
function tallyChapters(
  { count, seats, masks }: MergedSeats,
  chapters: ReadonlySet<number>,
  bits: ReadonlyMap<number, number>,
  places: number,
): Map<number, number[]> {
  const tallies = new Map<number, number[]>()
  const proven = [...bits.keys()]
  const masksOf = proven.map((place) => 1 << (bits.get(place) as number))
  for (const chapter of chapters) tallies.set(chapter, new Array<number>(places).fill(0))
  for (let index = 0; index < count; index++) {
    const tally = tallies.get(chapterOf(seats[index] as number))
    if (tally === undefined) continue
    const mask = masks[index] as number
    for (let each = 0; each < proven.length; each++) {
      if ((mask & (masksOf[each] as number)) === 0) continue
      const place = proven[each] as number
      tally[place] = (tally[place] as number) + 1
    }
  }
  return tallies
}

/** The number of a bit for each place that some probe proves; there are at most termsMax and the time window. */
function bitsByPlace(results: readonly ProbeResult[]): Map<number, number> {
  const bits = new Map<number, number>()
  for (const { planned } of results) {
    for (const place of planned.proves) if (!bits.has(place)) bits.set(place, bits.size)
  }
  return bits
}

/** Sum of idf for every combination of bits. */
function maskWeights(bits: ReadonlyMap<number, number>, idf: readonly number[]): Float64Array {
  const weights = new Float64Array(1 << bits.size)
  for (const [place, bit] of bits) {
    const weight = idf[place] ?? 0
    const first = 1 << bit
    for (let mask = 0; mask < first; mask++) weights[first | mask] = (weights[mask] as number) + weight
  }
  return weights
}

function mergeLists(results: readonly ProbeResult[], bits: ReadonlyMap<number, number>): MergedSeats {
  const lists = results.map(({ seats }) => seats)
  const listMasks = results.map(({ planned }) =>
    planned.proves.reduce((mask, place) => mask | (1 << (bits.get(place) as number)), 0),
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
