// A seat says where a passage stands. Passages of one stretch of a session (a chapter) have consecutive seats, so
// neighbours are found by adding one; chapters of one project lie together, so a project is one range of seats. That
// keeps a search within a project as cheap as if nothing else were stored. Seats are what an index hit names.
import { assert } from '../kit/assert.ts'

/** Seats in a chapter. A longer session goes on in a further chapter. */
export const chapterSeats = 256
/** Chapters that one project may have, and projects that a seat number (below 2^53) has room for. */
const projectChapters = 2 ** 24
const projectsMax = 2 ** 21

export function chapterOf(seat: number): number {
  return Math.floor(seat / chapterSeats)
}

export function placeOf(seat: number): number {
  return seat % chapterSeats
}

/** From `from` to `to`, both included. */
export interface SeatRange {
  readonly from: number
  readonly to: number
}

export function seatsOfChapter(chapter: number): SeatRange {
  const from = chapter * chapterSeats
  return { from, to: from + chapterSeats - 1 }
}

/** Chapters of the project with the given number (from 1). */
export function chaptersOfProject(project: number): SeatRange {
  assert(project >= 0 && project < projectsMax, 'a project number fits into a seat')
  const from = project * projectChapters
  return { from, to: from + projectChapters - 1 }
}

export function seatsOfProject(project: number): SeatRange {
  const { from, to } = chaptersOfProject(project)
  return { from: seatsOfChapter(from).from, to: seatsOfChapter(to).to }
}

export function projectOfChapter(chapter: number): number {
  return Math.floor(chapter / projectChapters)
}

export const everySeat: SeatRange = { from: 0, to: Number.MAX_SAFE_INTEGER }

/** Ranges that cover each seat and `before` and `after` it within its chapter, merged, ascending. */
export function rangesAround(seats: Iterable<number>, before: number, after: number): SeatRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const seat of [...seats].sort((a, b) => a - b)) {
    const chapter = seatsOfChapter(chapterOf(seat))
    const from = Math.max(chapter.from, seat - before)
    const to = Math.min(chapter.to, seat + after)
    const last = ranges.at(-1)
    if (last !== undefined && from <= last.to + 1 && chapter.from <= last.from)
      last.to = Math.max(last.to, to)
    else ranges.push({ from, to })
  }
  return ranges
}
