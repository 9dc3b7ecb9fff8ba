// Seats of the plain store, given by the rule of seats.ts: each passage after the last one of its session, in a new
// chapter when the old one is full; what belongs to no session has a chapter of its own.
import type { Memory } from '../../model/memory.ts'
import { noSession } from '../../model/session.ts'
import { splitPassages } from '../passages.ts'
import { chapterOf, chaptersOfProject, placeOf, seatsOfChapter } from '../seats.ts'

export interface Seated {
  readonly seat: number
  readonly memory: string
  readonly client: string
  readonly session: string
  readonly start: number
  readonly end: number
}

/** `taken` with the passages of `memory` seated; `project` is the number of its project. */
export function seat(taken: readonly Seated[], memory: Memory, project: number): readonly Seated[] {
  const inProject = taken.filter((each) => isWithin(chapterOf(each.seat), chaptersOfProject(project)))
  const inSession = inProject.filter(
    ({ client, session }) => session !== noSession && client === memory.client && session === memory.session,
  )
  let last = highest(inSession)
  let lastChapter = chapterOf(highest(inProject) ?? -1)
  const { id, client, session } = memory
  const added = splitPassages(memory.text).map(({ start, end }) => {
    if (last === null || placeOf(last + 1) === 0) {
      lastChapter = Math.max(lastChapter + 1, chaptersOfProject(project).from)
      last = seatsOfChapter(lastChapter).from
    } else last += 1
    return { seat: last, memory: id, client, session, start, end }
  })
  return [...taken, ...added]
}

function highest(seats: readonly Seated[]): number | null {
  return seats.length === 0 ? null : Math.max(...seats.map((each) => each.seat))
}

function isWithin(value: number, { from, to }: { from: number; to: number }): boolean {
  return value >= from && value <= to
}
