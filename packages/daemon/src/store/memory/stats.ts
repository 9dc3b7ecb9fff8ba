// How much the plain store holds and what happened to it, worked out each time.
import type { Memory } from '../../model/memory.ts'
import { analyserVersion } from '../../text/analyser.ts'
import type { Store, StoreEvent, StoreStats } from '../store.ts'

export function statsOf(
  memories: readonly Memory[],
  counted: Pick<StoreStats, 'sessions' | 'projects'>,
): StoreStats {
  const times = memories.map((memory) => memory.saidAt)
  return {
    ...counted,
    memories: memories.length,
    turns: memories.filter((memory) => memory.kind === 'turn').length,
    facts: memories.filter((memory) => memory.kind === 'fact').length,
    superseded: memories.filter((memory) => memory.supersededAt !== null).length,
    pinned: memories.filter((memory) => memory.pin !== null && memory.supersededAt === null).length,
    bytes: 0,
    schemaVersion: 0,
    analyserVersion,
    oldestSaidAt: times.length === 0 ? null : Math.min(...times),
    newestSaidAt: times.length === 0 ? null : Math.max(...times),
  }
}

/** Store.events. */
export function eventsMatching(
  events: readonly StoreEvent[],
  { kind, since, limit }: Parameters<Store['events']>[0],
): readonly StoreEvent[] {
  const passes = (event: StoreEvent): boolean =>
    (kind === undefined || event.kind === kind) && (since === undefined || event.at >= since)
  return events.filter(passes).toReversed().slice(0, limit)
}
