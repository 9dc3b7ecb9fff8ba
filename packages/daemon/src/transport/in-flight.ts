// How many requests one transport runs at once. Over the cap a request is refused at once instead of queued:
// a queue would only hide the load and hold its memory.
import { AppError } from '../kit/errors.ts'

export interface InFlight {
  /** Runs `work` if there is room; raises `overloaded` otherwise. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export function createInFlight(requestsMax: number): InFlight {
  let running = 0
  return {
    async run(work) {
      if (running >= requestsMax) {
        throw new AppError(
          'overloaded',
          `too many requests in flight (${requestsMax}); try again in a moment`,
        )
      }
      running += 1
      try {
        return await work()
      } finally {
        running -= 1
      }
    },
  }
}
