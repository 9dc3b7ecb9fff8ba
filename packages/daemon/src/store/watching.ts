// Tells those who watch a store what has changed in it, shared by every store. Keeps: they hear of a change before the
// caller who made it goes on.
import type { Rekeying, Store, StoreWatcher } from './store.ts'

export interface Watching {
  readonly watch: Store['watch']
  /** Passes on the result of a call that may have added memories, and tells of it. */
  growing<T>(call: Promise<T>): Promise<T>
  /** Passes on the ids of what was forgotten, and tells of the seats. */
  vacating(call: Promise<Forgotten>): Promise<readonly string[]>
  /** Passes on the result of a call that may have put everything of one project under another key, and tells of it. */
  rekeying<T>(call: Promise<Rekeyed<T>>): Promise<T>
}

export interface Rekeyed<T> {
  readonly result: T
  /** null: nothing goes by another key */
  readonly rekeyed: Rekeying | null
}

export interface Forgotten {
  readonly ids: readonly string[]
  /** they sat in */
  readonly seats: readonly number[]
}

export function createWatching(): Watching {
  const watchers: StoreWatcher[] = []
  return {
    watch(watcher) {
      watchers.push(watcher)
    },
    async growing(call) {
      const result = await call
      for (const watcher of watchers) watcher.grown()
      return result
    },
    async vacating(call) {
      const { ids, seats } = await call
      if (seats.length > 0) for (const watcher of watchers) watcher.vacated(seats)
      return ids
    },
    async rekeying(call) {
      const { result, rekeyed } = await call
      if (rekeyed !== null) for (const watcher of watchers) watcher.rekeyed(rekeyed)
      return result
    },
  }
}
