// The int8 rows of passages, as the store keeps them, by seat.
import type { VectorRows } from '../store/vectors.ts'

export function rowsBySeat({ seats, rows }: VectorRows): ReadonlyMap<number, Int8Array> {
  const width = rows.length / Math.max(1, seats.length)
  const bySeat = new Map<number, Int8Array>()
  seats.forEach((seat, index) => {
    bySeat.set(seat, rows.subarray(index * width, (index + 1) * width))
  })
  return bySeat
}
