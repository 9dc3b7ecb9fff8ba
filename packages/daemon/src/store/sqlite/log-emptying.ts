// Empties the write-ahead log once something was forgotten: until then the erased text still lies in it. Keeps: what is
// owed is tried until it is done, and a failure (a full disk has no room for it either) harms no caller.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { limits } from '../../kit/limits.ts'
import { toAppError } from './sqlite-errors.ts'

export interface LogEmptying {
  /** Something was erased; the next attempt is due at once. */
  owe(): void
  /** True when an attempt is due. */
  pending(): boolean
  /** Tries once; false when it has to be tried again, limits.upkeepPauseMs from now. Never throws. */
  attempt(): boolean
}

export interface LogEmptyingParts {
  /** Milliseconds from any fixed point, never going back. */
  elapsed(): number
  /** Told why the log could not be emptied: an error code, or 'busy' while another connection reads from it. */
  failed(why: string): void
}

export function createLogEmptying(db: Database, { elapsed, failed }: LogEmptyingParts): LogEmptying {
  let owed = false
  let dueAt = 0

  function why(): string | null {
    db.pragma(`busy_timeout = ${limits.storeLogWaitMsMax}`)
    try {
      const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
      return state?.busy === 1 ? 'busy' : null
    } catch (error) {
      return toAppError(error, db.name).code
    } finally {
      db.pragma(`busy_timeout = ${limits.storeBusyMsMax}`)
    }
  }

  return {
    owe() {
      owed = true
      dueAt = 0
    },
    pending: () => owed && elapsed() >= dueAt,
    attempt() {
      const reason = why()
      owed = reason !== null
      if (reason === null) return true
      dueAt = elapsed() + limits.upkeepPauseMs
      failed(reason)
      return false
    },
  }
}
