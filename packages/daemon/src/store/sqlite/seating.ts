// Gives passages their seats (store/seats.ts): each after the last one of its session, in a new chapter when the old one
// is full. What belongs to no session has a chapter of its own: nothing was said before or after it.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import {
  chapterOf,
  chaptersOfProject,
  placeOf,
  projectOfChapter,
  type SeatRange,
  seatsOfChapter,
} from '../seats.ts'
import { type Change, wordsIn } from './change.ts'
import * as sql from './sql.ts'

export interface SeatedIn {
  readonly project: number
  readonly session: number
  /** false for the row of memories that belong to no session */
  readonly isSession: boolean
}

export interface Seating {
  /** Gives a memory its seats, one at a time; to be used up before the next memory is seated. */
  seats(change: Change, place: SeatedIn): () => number
  /** Closes the chapter that `seat` was in, if nobody is left in it. */
  vacated(change: Change, seat: number): void
}

export function createSeating(db: Database): Seating {
  const lastSeatBetween = db.prepare<SeatRange, { seat: number | null }>(sql.lastSeatBetween)
  const lastChapterBetween = db.prepare<SeatRange, { chapter: number | null }>(sql.lastChapterBetween)
  const lastChapterOfSession = db.prepare<SeatRange & { session: number }, { chapter: number | null }>(
    sql.lastChapterOfSession,
  )
  const insertChapter = db.prepare<{ chapter: number; session: number }>(sql.insertChapter)
  const deleteChapter = db.prepare<{ chapter: number }>(sql.deleteChapter)

  function lastSeatOf({ project, session }: SeatedIn): number | null {
    const last = lastChapterOfSession.get({ session, ...chaptersOfProject(project) })?.chapter ?? null
    return last === null ? null : (lastSeatBetween.get(seatsOfChapter(last))?.seat ?? null)
  }

  function firstOfNewChapter(change: Change, { project, session }: SeatedIn): number {
    const range = chaptersOfProject(project)
    const chapter = (lastChapterBetween.get(range)?.chapter ?? range.from - 1) + 1
    insertChapter.run({ chapter, session })
    wordsIn(change, project).chapters += 1
    return seatsOfChapter(chapter).from
  }

  return {
    seats(change, place) {
      let last = place.isSession ? lastSeatOf(place) : null
      return () => {
        const isFull = last === null || placeOf(last + 1) === 0
        const seat: number = isFull ? firstOfNewChapter(change, place) : (last ?? 0) + 1
        last = seat
        return seat
      }
    },
    vacated(change, seat) {
      const chapter = chapterOf(seat)
      if (lastSeatBetween.get(seatsOfChapter(chapter))?.seat != null) return
      deleteChapter.run({ chapter })
      change.chapters.delete(chapter)
      wordsIn(change, projectOfChapter(chapter)).chapters -= 1
    },
  }
}
