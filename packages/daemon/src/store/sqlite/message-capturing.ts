// Takes in a message of a conversation, which is known by its id: a new one, one delivered again, or one that its host
// has rewritten. Every wording is a row, a form of the message; the one said last is how it reads.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { CaptureOutcome, NewMemory, Pin } from '../../model/memory.ts'
import { isSaidLater, supersededAt } from '../capture-rules.ts'
import { type Change, count, touchStanding } from './change.ts'
import { fromIdColumn, type StringColumn, toColumn, toIdColumn } from './columns.ts'
import type { Inserting } from './inserting.ts'
import { createMessageForms, type MessageForm, type MessageKey } from './message-forms.ts'
import { type Pinning, pinOf } from './pinning.ts'
import type { Retiring } from './retiring.ts'
import type { SessionRows } from './session-rows.ts'
import * as sql from './sql.ts'

export type MessageCapturing = (change: Change, item: NewMemory, messageId: string) => CaptureOutcome

export interface MessageCapturingParts {
  readonly sessions: SessionRows
  readonly insert: Inserting
  readonly retire: Retiring
  readonly pinMemory: Pinning
}

export function createMessageCapturing(
  db: Database,
  { sessions, insert, retire, pinMemory }: MessageCapturingParts,
): MessageCapturing {
  const forms = createMessageForms(db)
  const addSaidAgain = db.prepare<{ memory: number; at: number }>(sql.addSaidAgain)
  const holdAgain = db.prepare<{ seq: number }>(sql.holdAgain)

  function addForm(
    change: Change,
    item: NewMemory,
    newest: MessageForm,
    message: MessageKey,
  ): CaptureOutcome {
    const place = { pin: pinOfMessage(item, newest), isNewTurn: false, digest: null }
    const seq = insert(change, item, place)
    sessions.rederive(change, message.session)
    const newer = isSaidLater(newest.last_said, item) ? forms.firstAfter(message, item.saidAt) : undefined
    if (newer === undefined) {
      replaceForm(change, newest, toIdColumn(item.id), item.saidAt)
      return { status: 'revised', id: item.id, previousId: fromIdColumn(newest.id) }
    }
    retire(change, seq, newer.id, newer.last_said)
    return { status: 'outdated', id: item.id, newestId: fromIdColumn(newest.id) }
  }

  /** The message reads as it did before. */
  function returnToForm(
    change: Change,
    item: NewMemory,
    form: MessageForm,
    newest: MessageForm,
    message: MessageKey,
  ): CaptureOutcome {
    const pin = pinOfMessage(item, newest)
    addSaidAgain.run({ memory: form.seq, at: item.saidAt })
    pinMemory(change, form.id, pin)
    holdAgain.run({ seq: form.seq })
    if (form.superseded_at !== null) count(change, 'superseded', -1)
    replaceForm(change, newest, form.id, item.saidAt)
    if (pin !== null || item.kind !== 'turn') touchStanding(change)
    sessions.rederive(change, message.session)
    return { status: 'reinstated', id: fromIdColumn(form.id), previousId: fromIdColumn(newest.id) }
  }

  function replaceForm(change: Change, old: MessageForm, by: StringColumn, saidAt: number): void {
    if (old.superseded_at !== null) return
    retire(change, old.seq, by, supersededAt({ saidAt: old.last_said }, { saidAt }))
    if (old.pin !== null) touchStanding(change)
  }

  return function captureMessage(change, item, messageId) {
    const session = sessions.find(item.client, item.session)
    const message = session === null ? null : { session, messageId: toColumn(messageId) }
    const newest = message === null ? undefined : forms.newest(message)
    if (message === null || newest === undefined) {
      insert(change, item, { pin: item.pin ?? null, isNewTurn: true, digest: null })
      return { status: 'inserted', id: item.id }
    }
    const same = forms.withText(message, item.text)
    if (same === undefined) return addForm(change, item, newest, message)
    // Delivered again, or later than what replaced it.
    if (same.seq === newest.seq || item.saidAt <= Math.max(same.last_said, newest.last_said)) {
      return { status: 'skipped', id: fromIdColumn(same.id) }
    }
    return returnToForm(change, item, same, newest, message)
  }
}

/** A pin is on the message, whatever its wording. */
function pinOfMessage(item: NewMemory, newest: MessageForm): Pin | null {
  return item.pin === undefined ? pinOf(newest) : item.pin
}
