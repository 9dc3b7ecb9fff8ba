// Takes in the turns that clients wrote to the spool, through the same operation as any other turn.
// What can never be stored is set aside beside the spool (packages/client), and said in the log without its text.
import { spoolFileEnding } from '../../../client/src/spool.ts'
import type { Delivery } from '../../../client/src/spool-delivery.ts'
import { drainSpool, inspectSpool, newStamp, retryFailed } from '../../../client/src/spool-drain.ts'
import { createSpoolPace } from '../../../client/src/spool-pace.ts'
import type { SessionNotice } from '../../../client/src/spooled-turn.ts'
import type { CaptureBatch } from '../../../client/src/wire.ts'
import type { Dispatch } from '../dispatch/dispatch.ts'
import type { Clock } from '../kit/clock.ts'
import { type ErrorCode, isAppError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import type { Store } from '../store/store.ts'
import type { BackgroundTask } from './background-work.ts'

export interface SpoolDrainOptions {
  readonly dataDir: string
  readonly dispatch: Dispatch
  /** For its record of what the daemon did; the turns go through dispatch. */
  readonly store: Pick<Store, 'recordEvent'>
  readonly now: Clock
  /** For how long a file has waited since it was tried; never goes back. */
  readonly elapsed: Clock
  readonly log: Log
}

/**
 * What an error says about the turns. 'refused': it comes again however often they are sent. 'later': it has nothing to
 * do with them and passes. 'gone': a thread of the store died, and the daemon ends; perhaps over them. 'failed': nobody
 * foresaw it, and it may be their doing.
 */
const meaningOf: Readonly<Record<ErrorCode, 'refused' | 'later' | 'gone' | 'failed'>> = {
  invalid_params: 'refused',
  too_large: 'refused',
  overloaded: 'later',
  timeout: 'later',
  unavailable: 'gone',
  disk_full: 'later',
  locked: 'later',
  data_dir_unsafe: 'later',
  key_missing: 'later',
  key_wrong: 'later',
  store_corrupt: 'later',
  store_newer: 'later',
  config_invalid: 'later',
  invalid_json: 'failed',
  invalid_request: 'failed',
  unknown_method: 'failed',
  not_found: 'failed',
  method_not_allowed: 'failed',
  unauthorized: 'failed',
  forbidden: 'failed',
  internal: 'failed',
}

export function createSpoolDrain({
  dataDir,
  dispatch,
  store,
  now,
  elapsed,
  log,
}: SpoolDrainOptions): BackgroundTask {
  const run = newStamp()
  const pace = createSpoolPace(elapsed)
  let rounds = 0

  async function handOn(method: string, params: object): Promise<Delivery> {
    const caller = { transport: 'internal', requestId: `spool-${rounds}` } as const
    try {
      const answer = await dispatch(method, { ...params }, caller)
      return isUnfinished(answer) ? { kind: 'later', reason: `${method} goes on` } : { kind: 'stored' }
    } catch (error) {
      const meaning = isAppError(error) ? meaningOf[error.code] : 'failed'
      if (!isAppError(error) || meaning === 'failed') throw error
      return { kind: meaning, reason: error.message }
    }
  }

  const deliver = (batch: CaptureBatch) => handOn('memory_capture_batch', batch)
  const deliverNotice = ({ notice, ...params }: SessionNotice) => handOn(notice, params)

  async function giveFailedAnotherTry(): Promise<void> {
    const files = await retryFailed({ dataDir })
    if (files > 0) log.info('spool_failed_files_retried', { files })
  }

  return {
    name: 'spool_drain',
    async run(signal) {
      if (rounds === 0) await giveFailedAnotherTry()
      rounds += 1
      const report = await drainSpool({ dataDir, signal, run, pace, deliverNotice }, deliver)
      const { files, turns, rejected, postponed, failed } = report
      if (files + turns + rejected + postponed + failed === 0) return
      const level = rejected + postponed + failed > 0 ? 'warn' : 'info'
      const counts = { files, turns, rejected, postponed, failed }
      log[level]('spool_drained', counts)
      // Reasons may quote what was said; the file and the line are enough to find it.
      for (const { file, line } of report.problems) log.warn('spool_problem', { file, line })
      await store.recordEvent({ at: now(), kind: 'spool_drained', data: counts })
    },
  }
}

/** More than fits in one call: what is done already costs nothing the next time. */
function isUnfinished(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'complete' in answer && answer.complete === false
}

/** Whether a file waits in the spool that no round has tried yet. */
export async function hasNewFile(dataDir: string): Promise<boolean> {
  const { waiting } = await inspectSpool({ dataDir })
  return waiting.some((name) => name.endsWith(spoolFileEnding))
}
