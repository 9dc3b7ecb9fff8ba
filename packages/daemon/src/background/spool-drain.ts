// Takes in the turns that hosts wrote to the spool while no daemon ran, through the same operation as any client.
// What can never be stored is set aside beside the spool (packages/client), and said in the log without its text.
import { drainSpool } from '../../../client/src/spool-drain.ts'
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
  readonly log: Log
}

/** Errors that come again however often the same turns are sent. */
const lastingErrors: readonly ErrorCode[] = ['invalid_params', 'too_large']

export function createSpoolDrain({ dataDir, dispatch, store, now, log }: SpoolDrainOptions): BackgroundTask {
  let rounds = 0

  async function deliver(batch: CaptureBatch): Promise<string | null> {
    const caller = { transport: 'internal', requestId: `spool-${rounds}` } as const
    try {
      await dispatch('memory_capture_batch', { ...batch }, caller)
      return null
    } catch (error) {
      if (isAppError(error) && lastingErrors.includes(error.code)) return error.message
      throw error
    }
  }

  return {
    name: 'spool_drain',
    async run(signal) {
      rounds += 1
      const report = await drainSpool({ dataDir, signal }, deliver)
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
