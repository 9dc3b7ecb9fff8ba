// When to work on what keeps coming in: capturing goes first, so work waits until nothing new arrives, or has arrived
// for long. Keeps: every wait ends at once when the service stops. What the work is, is for the service.
import type { Clock } from '../kit/clock.ts'
import { limits } from '../kit/limits.ts'

export interface Gathering {
  /** To be called when something new has arrived. */
  grown(): void
  /** Resolves when nothing has arrived for limits.embedGatherMs, at the latest after limits.embedGatherMsMax. */
  untilQuiet(): Promise<void>
  /** Resolves when something has arrived since `untilQuiet` was last asked, at once if it has already. */
  untilGrown(): Promise<void>
  pause(ms: number): Promise<void>
}

export function createGathering(elapsed: Clock, stopping: AbortSignal): Gathering {
  let hasGrown = false
  let lastGrownAt = Number.NEGATIVE_INFINITY
  let wake: () => void = () => {}

  /** Until what `begin` is handed is called, at the latest when stopping. */
  async function wait(begin: (resolve: () => void) => void): Promise<void> {
    if (stopping.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const onStop = (): void => resolve()
    stopping.addEventListener('abort', onStop)
    begin(resolve)
    await promise
    stopping.removeEventListener('abort', onStop)
  }

  async function pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await wait((resolve) => {
      timer = setTimeout(resolve, ms).unref()
    })
    clearTimeout(timer)
  }

  return {
    pause,
    grown() {
      hasGrown = true
      lastGrownAt = elapsed()
      wake()
    },
    async untilQuiet() {
      hasGrown = false
      const deadline = elapsed() + limits.embedGatherMsMax
      for (;;) {
        const ms = Math.min(lastGrownAt + limits.embedGatherMs, deadline) - elapsed()
        if (ms <= 0 || stopping.aborted) return
        await pause(ms)
      }
    },
    async untilGrown() {
      if (hasGrown) return
      await wait((resolve) => {
        wake = resolve
      })
    },
  }
}
