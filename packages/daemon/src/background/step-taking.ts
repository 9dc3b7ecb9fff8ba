// Takes the steps of one consolidation on its thread, which is opened for the first of them, and opened anew after one that
// failed. What the steps are, and what comes of them, is for consolidating.ts.
import { isAppError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import type { ConsolidationWorker } from './consolidation-worker.ts'

export interface StepTaking {
  /**
   * A failing step is logged and given up (null), so that one text cannot keep everything else from being done. Rejects
   * when the thread was ended under it.
   */
  take<T>(what: 'session' | 'project', work: (on: ConsolidationWorker) => Promise<T>): Promise<T | null>
  /** Ends the step under way; there is to be no other. */
  interrupt(): void
  isInterrupted(): boolean
  end(): Promise<void>
}

export function createStepTaking(openWorker: () => ConsolidationWorker, log: Log): StepTaking {
  let worker: ConsolidationWorker | null = null
  let interrupted = false

  return {
    async take(what, work) {
      worker ??= openWorker()
      try {
        return await work(worker)
      } catch (error) {
        if (interrupted || (isAppError(error) && error.code === 'unavailable')) throw error
        log.error('consolidation_step_failed', error, { step: what })
        await worker.end()
        worker = null
        return null
      }
    },
    interrupt() {
      interrupted = true
      void worker?.end()
    },
    isInterrupted: () => interrupted,
    async end() {
      await worker?.end()
    },
  }
}
