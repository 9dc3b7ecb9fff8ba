// Takes memories in: decides for each item whether it is new, said again, another form of a stored message, or barred,
// and writes the row with everything that hangs on it.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { AppError } from '../../kit/errors.ts'
import type { CaptureOutcome, NewMemory, Pin } from '../../model/memory.ts'
import { noSession } from '../../model/session.ts'
import { statementDigest, supersededAt } from '../capture-rules.ts'
import type { Barring } from './barring.ts'
import { type Change, count, touchStanding } from './change.ts'
import {
  fromIdColumn,
  kindCodec,
  pinCodec,
  roleCodec,
  type StringColumn,
  toColumn,
  toColumnOrNull,
  toIdColumn,
  trustCodec,
} from './columns.ts'
import type { ProjectRows } from './project-rows.ts'
import type { SessionRows } from './session-rows.ts'
import * as sql from './sql.ts'
import { sqliteCodeOf } from './sqlite-errors.ts'
import type { TextIndex } from './text-index.ts'

export interface Capturing {
  capture(change: Change, item: NewMemory): CaptureOutcome
  /** Stores `replacement` as it is and marks `original` as superseded by it; false when `original` is unknown. */
  supersede(change: Change, original: string, replacement: NewMemory): boolean
}

export interface CapturingParts {
  readonly projects: ProjectRows
  readonly sessions: SessionRows
  readonly index: TextIndex
  readonly barring: Barring
}

interface EarlierForm {
  readonly seq: number
  readonly id: StringColumn
  readonly said_at: number
  readonly pin: number | null
  readonly superseded_at: number | null
}

interface Placement {
  readonly pin: Pin | null
  /** false for another form of a message that is already counted as a turn */
  readonly isNewTurn: boolean
}

interface MemoryColumns {
  readonly id: StringColumn
  readonly project: number
  readonly session: number
  readonly role: number
  readonly kind: number
  readonly trust: number
  readonly saidAt: number
  readonly storedAt: number
  readonly pin: number | null
  readonly messageId: StringColumn | null
  readonly speaker: StringColumn | null
  readonly digest: Buffer | null
  readonly text: StringColumn
}

type MessageKey = { readonly session: number; readonly messageId: StringColumn }

export function createCapturing(
  db: Database,
  { projects, sessions, index, barring }: CapturingParts,
): Capturing {
  const messageWithText = db.prepare<MessageKey & { text: StringColumn }, { id: StringColumn }>(
    sql.messageWithText,
  )
  const latestOfMessage = db.prepare<MessageKey, EarlierForm>(sql.latestOfMessage)
  const currentStatement = db.prepare<{ digest: Buffer }, { seq: number; id: StringColumn; said_at: number }>(
    sql.currentStatement,
  )
  const addSaidAgain = db.prepare<{ memory: number; at: number }>(sql.addSaidAgain)
  const toSupersede = db.prepare<
    { id: StringColumn },
    { seq: number; session: number; said_at: number; superseded_at: number | null }
  >(sql.memoryToSupersede)
  const markSuperseded = db.prepare<{ seq: number; by: StringColumn; at: number }>(sql.markSuperseded)
  const insertMemory = db.prepare<MemoryColumns>(sql.insertMemory)

  function capture(change: Change, item: NewMemory): CaptureOutcome {
    const barred = barring.barredBy(item)
    if (barred !== null) return { status: 'refused', id: barred }
    return item.messageId === null
      ? captureStatement(change, item, statementDigest(item))
      : captureMessage(change, item, item.messageId)
  }

  function captureMessage(change: Change, item: NewMemory, messageId: string): CaptureOutcome {
    const session = sessions.find(item.client, item.session)
    if (session !== null) {
      const message = { session, messageId: toColumn(messageId) }
      const same = messageWithText.get({ ...message, text: toColumn(item.text) })
      if (same !== undefined) return { status: 'skipped', id: fromIdColumn(same.id) }
      const earlier = latestOfMessage.get(message)
      if (earlier !== undefined) return revise(change, item, earlier, session)
    }
    insert(change, item, { pin: item.pin ?? null, isNewTurn: true }, null)
    return { status: 'inserted', id: item.id }
  }

  function revise(change: Change, item: NewMemory, earlier: EarlierForm, session: number): CaptureOutcome {
    // A pin is on the message, whatever its wording.
    const inherited = earlier.pin === null ? null : pinCodec.decode(earlier.pin)
    const pin = item.pin === undefined ? inherited : item.pin
    insert(change, item, { pin, isNewTurn: false }, null)
    if (earlier.superseded_at === null) {
      const at = supersededAt({ saidAt: earlier.said_at }, item)
      markSuperseded.run({ seq: earlier.seq, by: toIdColumn(item.id), at })
      count(change, 'superseded', 1)
      if (earlier.pin !== null) touchStanding(change)
    }
    if (item.session !== noSession) change.rederivedSessions.add(session)
    return { status: 'revised', id: item.id, previousId: fromIdColumn(earlier.id) }
  }

  function captureStatement(change: Change, item: NewMemory, digest: Buffer): CaptureOutcome {
    const known = currentStatement.get({ digest })
    if (known === undefined) {
      insert(change, item, { pin: item.pin ?? null, isNewTurn: true }, digest)
      return { status: 'inserted', id: item.id }
    }
    if (item.saidAt !== known.said_at) addSaidAgain.run({ memory: known.seq, at: item.saidAt })
    return { status: 'reinforced', id: fromIdColumn(known.id) }
  }

  function insert(
    change: Change,
    item: NewMemory,
    { pin, isNewTurn }: Placement,
    digest: Buffer | null,
  ): void {
    const project = projects.ensure(item.project)
    const session = sessions.ensure(item.client, item.session, project)
    const seq = insertRow(item, { project, session, pin, digest })
    index.add(change, {
      seq,
      project,
      session,
      isSession: item.session !== noSession,
      text: item.text,
      speaker: item.speaker,
      role: roleCodec.codes[item.role],
      kind: kindCodec.codes[item.kind],
      saidAt: item.saidAt,
    })
    sessions.grow(change, session, item, project, isNewTurn)
    count(change, 'memories', 1)
    if (item.kind === 'turn') count(change, 'turns', 1)
    if (item.kind === 'fact') count(change, 'facts', 1)
    if (item.kind !== 'turn' || pin !== null) touchStanding(change)
  }

  function insertRow(
    item: NewMemory,
    place: { project: number; session: number; pin: Pin | null; digest: Buffer | null },
  ): number {
    try {
      const inserted = insertMemory.run({
        id: toIdColumn(item.id),
        project: place.project,
        session: place.session,
        role: roleCodec.codes[item.role],
        kind: kindCodec.codes[item.kind],
        trust: trustCodec.codes[item.trust],
        saidAt: item.saidAt,
        storedAt: item.storedAt,
        pin: place.pin === null ? null : pinCodec.codes[place.pin],
        messageId: toColumnOrNull(item.messageId),
        speaker: toColumnOrNull(item.speaker),
        digest: place.digest,
        text: toColumn(item.text),
      })
      return Number(inserted.lastInsertRowid)
    } catch (error) {
      if (sqliteCodeOf(error) !== 'SQLITE_CONSTRAINT_UNIQUE') throw error
      throw new AppError('invalid_params', `there is a memory ${item.id} already; give each one a new id`)
    }
  }

  return {
    capture,
    supersede(change, originalId, replacement) {
      const original = toSupersede.get({ id: toIdColumn(originalId) })
      if (original === undefined) return false
      const digest = replacement.messageId === null ? statementDigest(replacement) : null
      insert(change, replacement, { pin: replacement.pin ?? null, isNewTurn: true }, digest)
      const at = supersededAt({ saidAt: original.said_at }, replacement)
      markSuperseded.run({ seq: original.seq, by: toIdColumn(replacement.id), at })
      if (original.superseded_at === null) count(change, 'superseded', 1)
      touchStanding(change)
      rederiveBoth(change, original.session, replacement)
      return true
    },
  }

  function rederiveBoth(change: Change, session: number, replacement: NewMemory): void {
    for (const seq of [session, sessions.find(replacement.client, replacement.session)]) {
      if (seq !== null && !sessions.isNone(seq)) change.rederivedSessions.add(seq)
    }
  }
}
