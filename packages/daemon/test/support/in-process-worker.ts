// The steps of a consolidation on this thread: the same pure functions, without a thread to start.
import type { ConsolidationWorker } from '../../src/background/consolidation-worker.ts'
import { consolidationSteps } from '../../src/consolidation/steps.ts'

export function inProcessWorker(): ConsolidationWorker {
  return {
    extract: async (closed) => consolidationSteps.extract(closed),
    plan: async (request) => consolidationSteps.plan(request),
    end: async () => {},
  }
}
