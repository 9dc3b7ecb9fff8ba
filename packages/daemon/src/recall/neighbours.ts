// Which turns of a pool were said just before and after each.
import type { PoolTurn } from './pool.ts'

/** By place in the pool: the place of the turn before and after each, -1 when it is not in the pool. */
export interface Neighbours {
  readonly previous: Int32Array
  readonly next: Int32Array
}

export function neighboursOf(turns: readonly PoolTurn[]): Neighbours {
  let places: Map<number, number> | undefined
  const searched = (key: number) => {
    places ??= new Map(turns.map((turn, place) => [turn.key, place]))
    return places.get(key) ?? -1
  }
  // A pool is gathered in order, so that the one looked for stands beside nearly always.
  const at = (key: number | null, beside: number) => {
    if (key === null) return -1
    return turns[beside]?.key === key ? beside : searched(key)
  }
  return {
    previous: Int32Array.from(turns, (turn, place) => at(turn.previous, place - 1)),
    next: Int32Array.from(turns, (turn, place) => at(turn.next, place + 1)),
  }
}
