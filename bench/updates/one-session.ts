// All that was said in a store as one long session, one turn every ten seconds: what of it is newer then has to be told by
// the order of turns alone.
import type { BenchStore, BenchTurn } from '../recall/dataset.ts'

const stepMs = 10_000

/** Sessions follow each other in the order in which they began; the last turn keeps its time. */
export function asOneSession(store: BenchStore): BenchStore {
  const begins = new Map<string, number>()
  for (const { sessionId, ts } of store.turns)
    begins.set(sessionId, Math.min(begins.get(sessionId) ?? ts, ts))
  const beginOf = ({ sessionId }: BenchTurn): number => begins.get(sessionId) ?? 0
  const inOrder = store.turns.toSorted(
    (a, b) => beginOf(a) - beginOf(b) || a.sessionId.localeCompare(b.sessionId),
  )
  const end = Math.max(...store.turns.map(({ ts }) => ts))
  const turns = inOrder.map((turn, index) => ({
    ...turn,
    sessionId: 'one',
    ts: end - (inOrder.length - 1 - index) * stepMs,
  }))
  return { ...store, turns }
}
