// Lists of the plain store, in order of time and arrival.
import { AppError } from '../../kit/errors.ts'
import type { Memory } from '../../model/memory.ts'
import { cursorOf, type ListPosition, positionOf } from '../cursor.ts'
import type { MemoryFilter } from '../filter.ts'
import { matches } from '../matching.ts'
import type { ListedMemory, ListPage } from '../store.ts'
import { withinChars } from '../within-chars.ts'

/** `arrivals`: how many memories had come when each one came. */
export function listMemories(
  memories: readonly Memory[],
  arrivals: ReadonlyMap<string, number>,
  filter: MemoryFilter,
  { order, after, limit, charsMax }: ListPage,
): readonly ListedMemory[] {
  const sign = order === 'oldest' ? 1 : -1
  const placeOf = ({ id, saidAt }: Memory): ListPosition => ({ saidAt, seq: arrivals.get(id) ?? 0 })
  const compare = (a: ListPosition, b: ListPosition): number => sign * (a.saidAt - b.saidAt || a.seq - b.seq)
  const start = after === undefined ? null : startAfter(after)

  function startAfter(cursor: string): ListPosition {
    const position = positionOf(cursor)
    if (position !== null) return position
    const memory = memories.find(({ id }) => id === cursor)
    if (memory !== undefined) return placeOf(memory)
    throw new AppError(
      'not_found',
      `there is no memory ${cursor} to continue after; begin with the first page`,
    )
  }

  const listed = memories
    .filter((memory) => matches(memory, filter))
    .filter((memory) => start === null || compare(placeOf(memory), start) > 0)
    .toSorted((a, b) => compare(placeOf(a), placeOf(b)))
    .slice(0, limit)
  return withinChars(listed, charsMax).map((memory) => ({ ...memory, cursor: cursorOf(placeOf(memory)) }))
}

/** Store.get. */
export function withIds(
  memories: readonly Memory[],
  ids: readonly string[],
  charsMax?: number,
): readonly Memory[] {
  const byId = new Map(memories.map((memory) => [memory.id, memory]))
  const found = ids.flatMap((id) => byId.get(id) ?? [])
  return withinChars(found, charsMax)
}

/** Store.reliedOn. */
export function reliedOn(
  memories: readonly Memory[],
  projects: readonly string[],
  { limit, charsMax }: Pick<ListPage, 'limit' | 'charsMax'>,
): readonly Memory[] {
  const found = memories
    .filter((memory) => matches(memory, { projects, kinds: ['fact'] }) && memory.reinforced > 0)
    .toReversed()
    .sort((a, b) => b.reinforced - a.reinforced || b.saidAt - a.saidAt)
  return withinChars(found.slice(0, limit), charsMax)
}
