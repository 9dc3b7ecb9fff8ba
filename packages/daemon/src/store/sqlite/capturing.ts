// Takes memories in, or in the place of others: what was forgotten stays out, a message and a statement each go their own
// way. All of it inside the caller's transaction, so that two callers never both replace one memory.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { CaptureOutcome, NewMemory, NewStatement } from '../../model/memory.ts'
import { sameText, supersededAt } from '../capture-rules.ts'
import type { Barring } from './barring.ts'
import { type Change, touchStanding } from './change.ts'
import { fromColumn, fromIdColumn, type StringColumn, toIdColumn } from './columns.ts'
import type { Inserting } from './inserting.ts'
import { createMessageCapturing } from './message-capturing.ts'
import { type Pinning, pinOf } from './pinning.ts'
import type { Retiring } from './retiring.ts'
import type { SessionRows } from './session-rows.ts'
import * as sql from './sql.ts'
import { createStatementCapturing } from './statement-capturing.ts'
import type { BackTaking } from './taking-back.ts'

export interface Capturing {
  capture(change: Change, item: NewMemory): CaptureOutcome
  /** Replaces `original`; the memory that holds instead is named by its id. */
  supersede(change: Change, original: string, item: NewStatement): Supersession
}

export type Supersession =
  | { readonly kind: 'superseded'; readonly id: string }
  | { readonly kind: 'already'; readonly by: string }
  | { readonly kind: 'unknown' | 'same' | 'refused' }

export interface CapturingParts {
  readonly retire: Retiring
  readonly backTaking: BackTaking
  readonly sessions: SessionRows
  readonly barring: Barring
  readonly insert: Inserting
  readonly pinMemory: Pinning
}

interface Original {
  readonly seq: number
  readonly session: number
  readonly said_at: number
  readonly pin: number | null
  readonly superseded_by: StringColumn | null
  readonly text: StringColumn
}

export function createCapturing(db: Database, parts: CapturingParts): Capturing {
  const { sessions, barring, insert, pinMemory, retire, backTaking } = parts
  const captureMessage = createMessageCapturing(db, { sessions, insert, retire, pinMemory })
  const statements = createStatementCapturing(db, insert, pinMemory)
  const toSupersede = db.prepare<{ id: StringColumn }, Original>(sql.memoryToSupersede)

  return {
    capture(change, item) {
      const barredBy = barring.barredBy(item)
      if (barredBy !== null) return { status: 'refused', id: barredBy }
      if (item.messageId === null) return statements.capture(change, item)
      const outcome = captureMessage(change, item, item.messageId)
      backTaking.settleMessage(change, item)
      return outcome
    },
    supersede(change, originalId, item) {
      const original = toSupersede.get({ id: toIdColumn(originalId) })
      if (original === undefined) return { kind: 'unknown' }
      if (original.superseded_by !== null) {
        return { kind: 'already', by: fromIdColumn(original.superseded_by) }
      }
      if (barring.barredBy(item) !== null) return { kind: 'refused' }
      if (sameText(fromColumn(original.text)) === sameText(item.text)) return { kind: 'same' }
      const by = statements.replace(change, item, pinOf(original))
      retire(change, original.seq, by, supersededAt({ saidAt: original.said_at }, item))
      touchStanding(change)
      sessions.rederive(change, original.session)
      return { kind: 'superseded', id: fromIdColumn(by) }
    },
  }
}
