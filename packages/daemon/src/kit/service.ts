// The life of whatever runs for as long as the daemon does. Started once; stopping is idempotent, waits for a start
// that is under way, and finishes what was begun (within the service's own limit) before it lets go.
import { assert } from './assert.ts'

export interface Service {
  /** Resolves when the service is reachable; rejects with AppError, leaving nothing behind. */
  start(): Promise<void>
  /** Resolves when nothing of the service is left: no listener, no connection, no file. */
  stop(): Promise<void>
}

/** Wraps the two steps of a service in the promises above; `stop` runs only after a start that succeeded. */
export function createService(steps: Service): Service {
  let starting: Promise<void> | null = null
  let stopping: Promise<void> | null = null

  async function stopIfUp(): Promise<void> {
    const isUp = await (starting ?? Promise.reject()).then(
      () => true,
      () => false, // whoever called start() has the error, and there is nothing to stop
    )
    if (isUp) await steps.stop()
  }

  return {
    start() {
      assert(starting === null && stopping === null, 'a service is started once, before it is stopped')
      starting = steps.start()
      return starting
    },
    stop() {
      stopping ??= stopIfUp()
      return stopping
    },
  }
}
