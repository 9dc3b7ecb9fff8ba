// Consolidates while nobody is asking for anything: looks every so often, waits for quiet, and lets go at once when a
// request comes. What was asked for by name (memory_consolidate) runs regardless, for a bounded time.
import { rulesVersion } from '../consolidation/extract.ts'
import type { ConsolidationReport } from '../consolidation/report.ts'
import type { Dispatch } from '../dispatch/dispatch.ts'
import type { Clock } from '../kit/clock.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import { createService, type Service } from '../kit/service.ts'
import { watchUnderWay } from '../kit/under-way.ts'
import type { Store } from '../store/store.ts'
import { type Consolidating, createConsolidating } from './consolidating.ts'
import type { ConsolidationWorker } from './consolidation-worker.ts'

export interface Consolidator extends Service {
  /** Consolidates now, for limits.consolidationNowMsMax at most; calls that overlap share one run. */
  runNow(): Promise<ConsolidationReport>
  /** Consolidates if there is quiet; for the timer, and for tests that cannot wait for it. */
  runIfQuiet(): Promise<void>
  /** The same dispatch; what goes through it interrupts a run in the background. */
  yieldingTo(dispatch: Dispatch): Dispatch
  pause(): void
  resume(): void
}

export interface ConsolidatorOptions {
  readonly store: Store
  readonly now: Clock
  readonly log: Log
  readonly openWorker: () => ConsolidationWorker
}

/** Asking how the daemon is does not make it busy. */
const quietMethods: readonly string[] = ['status', 'events_query']

export function createConsolidator({ store, now, log, openWorker }: ConsolidatorOptions): Consolidator {
  const requests = watchUnderWay(now)
  let timer: NodeJS.Timeout | undefined
  let isPaused = false
  let isStopping = false
  let inBackground: Consolidating | null = null
  let running: Promise<void> = Promise.resolve()
  let asked: Promise<ConsolidationReport> | null = null

  function isQuiet(): boolean {
    return now() - requests.lastAt() >= limits.consolidationQuietMsMin
  }

  function begin(mayGoOn: () => boolean): Consolidating {
    const silentSince = now() - limits.sessionIdleMsMax
    return createConsolidating({ store, log, silentSince, openWorker, mayGoOn })
  }

  async function finish(work: Consolidating): Promise<ConsolidationReport> {
    const at = now()
    const complete = await work.run()
    const report = { at, ms: now() - at, complete, ...work.done }
    if (report.sessions + report.projects > 0) await tell(report)
    return report
  }

  async function tell({ at, candidates, ...figures }: ConsolidationReport): Promise<void> {
    const data = { ...figures, candidates: candidates.length }
    log.info('consolidated', data)
    await store.recordEvent({ at, kind: 'consolidated', data })
  }

  function runIfQuiet(): Promise<void> {
    if (isPaused || isStopping || inBackground !== null || asked !== null || !isQuiet()) {
      return Promise.resolve()
    }
    inBackground = begin(() => !isPaused && isQuiet())
    running = runInBackground(inBackground)
    return running
  }

  async function runInBackground(work: Consolidating): Promise<void> {
    try {
      await finish(work)
    } catch (error) {
      log.error('consolidation_failed', error)
    } finally {
      inBackground = null
    }
  }

  async function runAsked(): Promise<ConsolidationReport> {
    inBackground?.interrupt()
    await running
    const until = now() + limits.consolidationNowMsMax
    return finish(begin(() => !isStopping && now() < until))
  }

  const service = createService({
    async start() {
      // A full disk must not keep the daemon from starting; what is derived by older rules is replaced later then.
      await store.deriveAnew(rulesVersion).catch((error) => log.error('derive_anew_failed', error))
      timer = setInterval(() => void runIfQuiet(), limits.consolidationEveryMs)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      isStopping = true
      inBackground?.interrupt()
      await running
      await asked?.catch(() => {}) // its caller has the error
    },
  })

  return {
    ...service,
    runIfQuiet,
    runNow() {
      asked ??= runAsked().finally(() => {
        asked = null
      })
      return asked
    },
    yieldingTo: (dispatch) => async (method, params, caller) => {
      if (quietMethods.includes(method)) return dispatch(method, params, caller)
      inBackground?.interrupt()
      return requests.during(() => dispatch(method, params, caller))
    },
    pause() {
      isPaused = true
      inBackground?.interrupt()
    },
    resume() {
      isPaused = false
    },
  }
}
