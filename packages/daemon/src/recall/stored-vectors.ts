// The int8 rows of passages, as the store keeps them, by seat.
import type { ReadRows } from '../embedding/vector-index.ts'
import type { SeatRange } from '../store/seats.ts'
import type { Store } from '../store/store.ts'

/** Rows of the passages in `ranges` that have one. */
export async function readRows(
  store: Store,
  ranges: readonly SeatRange[],
): Promise<ReadonlyMap<number, Int8Array>> {
  const { seats, rows } = await store.vectorRows(ranges)
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
    const rows = await readRows(
      store,
      seats.map((seat) => ({ from: seat, to: seat })),
    )
    return seats.map((seat) => rows.get(seat))
  }
}
