// Writes one memory with everything that hangs on it: its project and session, its passages, the totals.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { AppError } from '../../kit/errors.ts'
import type { NewMemory, Pin } from '../../model/memory.ts'
import { noSession } from '../../model/session.ts'
import { type Change, count, touchStanding } from './change.ts'
import {
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

export interface InsertingParts {
  readonly projects: ProjectRows
  readonly sessions: SessionRows
  readonly index: TextIndex
}

export interface Placement {
  readonly pin: Pin | null
  /** false for another form of a message that is already counted as a turn */
  readonly isNewTurn: boolean
  /** of a statement (capture-rules.ts); null for a message, which is known by its id */
  readonly digest: Buffer | null
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

/** Inserts a memory as it is; returns its row number. Raises invalid_params when its id is taken. */
export type Inserting = (change: Change, item: NewMemory, place: Placement) => number

export function createInserting(db: Database, { projects, sessions, index }: InsertingParts): Inserting {
  const insertMemory = db.prepare<MemoryColumns>(sql.insertMemory)

  function insertRow(item: NewMemory, project: number, session: number, { pin, digest }: Placement): number {
    try {
      const inserted = insertMemory.run({
        id: toIdColumn(item.id),
        project,
        session,
        role: roleCodec.codes[item.role],
        kind: kindCodec.codes[item.kind],
        trust: trustCodec.codes[item.trust],
        saidAt: item.saidAt,
        storedAt: item.storedAt,
        pin: pin === null ? null : pinCodec.codes[pin],
        messageId: toColumnOrNull(item.messageId),
        speaker: toColumnOrNull(item.speaker),
        digest,
        text: toColumn(item.text),
      })
      return Number(inserted.lastInsertRowid)
    } catch (error) {
      if (sqliteCodeOf(error) !== 'SQLITE_CONSTRAINT_UNIQUE') throw error
      throw new AppError('invalid_params', `there is a memory ${item.id} already; give each one a new id`)
    }
  }

  return function insert(change, item, place) {
    const project = projects.ensure(item.project)
    const session = sessions.ensure(item.client, item.session, project)
    const seq = insertRow(item, project, session, place)
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
    sessions.grow(change, session, item, project, place.isNewTurn)
    count(change, 'memories', 1)
    if (item.kind === 'turn') count(change, 'turns', 1)
    if (item.kind === 'fact') count(change, 'facts', 1)
    if (item.kind !== 'turn' || place.pin !== null) touchStanding(change)
    return seq
  }
}
