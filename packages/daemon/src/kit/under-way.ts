// Watches when something is being done: how long ago the last of it ended, as long as nothing of it is under way.
import type { Clock } from './clock.ts'

export interface UnderWay {
  /** Counts as under way until it settles. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** ms; now while anything is under way, and the time of creation before the first. */
  lastAt(): number
}

export function watchUnderWay(now: Clock): UnderWay {
  let endedAt = now()
  let count = 0
  return {
    async during(work) {
      count += 1
      try {
        return await work()
      } finally {
        count -= 1
        endedAt = now()
      }
    },
    lastAt: () => (count > 0 ? now() : endedAt),
  }
}
