// A seat says where a passage stands: passages of one stretch of a session (a chapter) have consecutive numbers, so
// neighbours are found by adding one and a whole chapter by a range. Seats are what an index hit names.

/** Seats in a chapter. A longer session goes on in a further chapter. */
export const chapterSeats = 256

export function chapterOf(seat: number): number {
  return Math.floor(seat / chapterSeats)
}

export function placeOf(seat: number): number {
  return seat % chapterSeats
}

/** Seats from `from` to `to`, both included, all of one chapter. */
export interface SeatRange {
  readonly from: number
  readonly to: number
}

/** Ranges that cover each seat and `before` and `after` it within its chapter, merged, ascending. */
export function rangesAround(seats: Iterable<number>, before: number, after: number): SeatRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const seat of [...seats].sort((a, b) => a - b)) {
    const first = chapterOf(seat) * chapterSeats
    const from = Math.max(first, seat - before)
    const to = Math.min(first + chapterSeats - 1, seat + after)
    const last = ranges.at(-1)
    if (last !== undefined && from <= last.to + 1 && first <= last.from) last.to = Math.max(last.to, to)
    else ranges.push({ from, to })
  }
  return ranges
}
