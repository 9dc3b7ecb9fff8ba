// The int8 rows of passages, as the store keeps them, by seat.
import type { ReadRows } from '../embedding/vector-index.ts'
import type { Store } from '../store/store.ts'
import type { VectorRows } from '../store/vectors.ts'

export function rowsBySeat({ seats, rows }: VectorRows): ReadonlyMap<number, Int8Array> {
  const width = rows.length / Math.max(1, seats.length)
  const bySeat = new Map<number, Int8Array>()
  seats.forEach((seat, index) => {
    bySeat.set(seat, rows.subarray(index * width, (index + 1) * width))
  })
  return bySeat
}

/** What the vector index decides by. */
export function readRowsOf(store: Store): ReadRows {
  return async (seats) => {
    const rows = rowsBySeat(await store.vectorRows(seats.map((seat) => ({ from: seat, to: seat }))))
    return seats.map((seat) => rows.get(seat))
  }
}
