// Takes memories in: decides for each item whether it is new, said again, another form of a stored message, or barred,
// and what it replaces. All of it inside the caller's transaction, so that two callers never both replace one memory.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { CaptureOutcome, NewMemory, NewStatement, Pin } from '../../model/memory.ts'
import { sameText, statementDigest, supersededAt, widerPin } from '../capture-rules.ts'
import type { Barring } from './barring.ts'
import { type Change, count, touchStanding } from './change.ts'
import { fromColumn, fromIdColumn, pinCodec, type StringColumn, toColumn, toIdColumn } from './columns.ts'
import type { DerivedErasing } from './derived-writing.ts'
import type { Inserting } from './inserting.ts'
import { createMessageForms, type MessageForm, type MessageKey } from './message-forms.ts'
import type { SessionRows } from './session-rows.ts'
import * as sql from './sql.ts'

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
  readonly sessions: SessionRows
  readonly barring: Barring
  readonly insert: Inserting
  readonly eraseDerived: DerivedErasing
}

interface HeldStatement {
  readonly seq: number
  readonly id: StringColumn
  readonly said_at: number
  readonly pin: number | null
}

interface Original {
  readonly seq: number
  readonly session: number
  readonly said_at: number
  readonly pin: number | null
  readonly superseded_by: StringColumn | null
  readonly text: StringColumn
}

export function createCapturing(
  db: Database,
  { sessions, barring, insert, eraseDerived }: CapturingParts,
): Capturing {
  const forms = createMessageForms(db)
  const currentStatement = db.prepare<{ digest: Buffer }, HeldStatement>(sql.currentStatement)
  const addSaidAgain = db.prepare<{ memory: number; at: number }>(sql.addSaidAgain)
  const toSupersede = db.prepare<{ id: StringColumn }, Original>(sql.memoryToSupersede)
  const markSuperseded = db.prepare<{ seq: number; by: StringColumn; at: number }>(sql.markSuperseded)
  const holdAgain = db.prepare<{ seq: number }>(sql.holdAgain)
  const setPin = db.prepare<{ id: StringColumn; pin: number | null }, { session: number }>(sql.setPin)

  function captureMessage(change: Change, item: NewMemory, messageId: string): CaptureOutcome {
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
    if (same.seq === newest.seq || item.saidAt <= newest.last_said) {
      return { status: 'skipped', id: fromIdColumn(same.id) }
    }
    return returnToForm(change, item, same, newest, message)
  }

  function addForm(
    change: Change,
    item: NewMemory,
    newest: MessageForm,
    message: MessageKey,
  ): CaptureOutcome {
    const place = { pin: pinOfMessage(item, newest), isNewTurn: false, digest: null }
    const seq = insert(change, item, place)
    rederive(change, message.session)
    const newer = forms.firstAfter(message, item.saidAt)
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
    putPin(change, form.id, pin)
    holdAgain.run({ seq: form.seq })
    if (form.superseded_at !== null) count(change, 'superseded', -1)
    replaceForm(change, newest, form.id, item.saidAt)
    if (pin !== null || item.kind !== 'turn') touchStanding(change)
    rederive(change, message.session)
    return { status: 'reinstated', id: fromIdColumn(form.id), previousId: fromIdColumn(newest.id) }
  }

  function replaceForm(change: Change, old: MessageForm, by: StringColumn, saidAt: number): void {
    if (old.superseded_at !== null) return
    retire(change, old.seq, by, supersededAt({ saidAt: old.last_said }, { saidAt }))
    if (old.pin !== null) touchStanding(change)
  }

  function captureStatement(change: Change, item: NewMemory): CaptureOutcome {
    const digest = statementDigest(item)
    const held = currentStatement.get({ digest })
    if (held === undefined) {
      insert(change, item, { pin: item.pin ?? null, isNewTurn: true, digest })
      return { status: 'inserted', id: item.id }
    }
    sayAgain(held, item.saidAt)
    return { status: 'reinforced', id: fromIdColumn(held.id) }
  }

  function sayAgain(held: HeldStatement, at: number): void {
    if (at !== held.said_at) addSaidAgain.run({ memory: held.seq, at })
  }

  /** The id of what holds instead: said now, or held already. */
  function successorOf(change: Change, original: Original, item: NewStatement): StringColumn {
    const digest = statementDigest(item)
    const inherited = item.pin === undefined ? pinOf(original) : item.pin
    const held = currentStatement.get({ digest })
    if (held === undefined) {
      insert(change, item, { pin: inherited, isNewTurn: true, digest })
      return toIdColumn(item.id)
    }
    sayAgain(held, item.saidAt)
    putPin(change, held.id, widerPin(pinOf(held), inherited))
    return held.id
  }

  /** From `at` on `by` holds in the place of `seq`. */
  function retire(change: Change, seq: number, by: StringColumn, at: number): void {
    markSuperseded.run({ seq, by, at })
    eraseDerived(change, seq)
    count(change, 'superseded', 1)
  }

  function putPin(change: Change, id: StringColumn, pin: Pin | null): void {
    const changed = setPin.get({ id, pin: pin === null ? null : pinCodec.codes[pin] })
    if (changed !== undefined) change.touchedSessions.add(changed.session)
  }

  function rederive(change: Change, session: number): void {
    if (!sessions.isNone(session)) change.rederivedSessions.add(session)
  }

  return {
    capture(change, item) {
      const barredBy = barring.barredBy(item)
      if (barredBy !== null) return { status: 'refused', id: barredBy }
      return item.messageId === null
        ? captureStatement(change, item)
        : captureMessage(change, item, item.messageId)
    },
    supersede(change, originalId, item) {
      const original = toSupersede.get({ id: toIdColumn(originalId) })
      if (original === undefined) return { kind: 'unknown' }
      if (original.superseded_by !== null) {
        return { kind: 'already', by: fromIdColumn(original.superseded_by) }
      }
      if (barring.barredBy(item) !== null) return { kind: 'refused' }
      if (sameText(fromColumn(original.text)) === sameText(item.text)) return { kind: 'same' }
      const by = successorOf(change, original, item)
      retire(change, original.seq, by, supersededAt({ saidAt: original.said_at }, item))
      touchStanding(change)
      rederive(change, original.session)
      return { kind: 'superseded', id: fromIdColumn(by) }
    },
  }
}

/** A pin is on the message, whatever its wording. */
function pinOfMessage(item: NewMemory, newest: MessageForm): Pin | null {
  return item.pin === undefined ? pinOf(newest) : item.pin
}

function pinOf({ pin }: { readonly pin: number | null }): Pin | null {
  return pin === null ? null : pinCodec.decode(pin)
}
