// The main thread's end of the consolidation thread: one step at a time, each bounded, and ended at once when somebody
// needs the machine. Whatever a text makes the thread do (hang, run out of memory), the daemon goes on.
import { Worker } from 'node:worker_threads'
import type { ClosedSession } from '../consolidation/digest.ts'
import type { ProjectPlan } from '../consolidation/plan.ts'
import type { PlanRequest } from '../consolidation/steps.ts'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { threadEntry } from '../kit/thread-entry.ts'
import type { DerivedRow } from '../store/derived.ts'

export type StepRequest =
  | { readonly step: 'extract'; readonly given: ClosedSession }
  | { readonly step: 'plan'; readonly given: PlanRequest }

export interface StepAnswer {
  readonly value: DerivedRow | ProjectPlan
}

/**
 * The steps of a consolidation, run elsewhere. A step rejects with AppError `unavailable` when it was ended, else
 * `internal` or `timeout`.
 */
export interface ConsolidationWorker {
  extract(closed: ClosedSession): Promise<DerivedRow>
  plan(request: PlanRequest): Promise<ProjectPlan>
  /** Ends the step under way and the thread. Idempotent. */
  end(): Promise<void>
}

export function createConsolidationWorker(): ConsolidationWorker {
  const worker = new Worker(threadEntry('consolidation-thread', import.meta.url), {
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: limits.consolidationHeapMibMax,
      maxYoungGenerationSizeMb: limits.threadYoungHeapMibMax,
    },
  })
  let underWay: PromiseWithResolvers<DerivedRow | ProjectPlan> | null = null
  let failure: AppError | null = null

  function fail(error: AppError): void {
    failure ??= error
    underWay?.reject(failure)
  }

  worker.on('message', ({ value }: StepAnswer) => underWay?.resolve(value))
  worker.on('error', (cause) => fail(new AppError('internal', 'a consolidation step failed', { cause })))
  worker.on('exit', () => fail(new AppError('unavailable', 'the consolidation thread was ended')))

  async function run(request: StepRequest): Promise<DerivedRow | ProjectPlan> {
    if (failure !== null) throw failure
    underWay = Promise.withResolvers()
    const late = setTimeout(() => {
      fail(
        new AppError('timeout', `a consolidation step took longer than ${limits.consolidationStepMsMax} ms`),
      )
      void worker.terminate()
    }, limits.consolidationStepMsMax)
    try {
      worker.postMessage(request)
      return await underWay.promise
    } finally {
      clearTimeout(late)
      underWay = null
    }
  }

  return {
    extract: (given) => run({ step: 'extract', given }) as Promise<DerivedRow>,
    plan: (given) => run({ step: 'plan', given }) as Promise<ProjectPlan>,
    async end() {
      fail(new AppError('unavailable', 'the consolidation thread was ended'))
      await worker.terminate()
    },
  }
}
