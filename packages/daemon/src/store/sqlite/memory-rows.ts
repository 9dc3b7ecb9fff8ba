// From rows to memories, for everything that reads them.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Memory } from '../../model/memory.ts'
import type { Store } from '../store.ts'
import { withinChars } from '../within-chars.ts'
import {
  fromColumn,
  fromColumnOrNull,
  fromIdColumn,
  idRange,
  kindCodec,
  pinCodec,
  roleCodec,
  type StringColumn,
  toIdColumn,
  trustCodec,
} from './columns.ts'
import { createWithItsForms } from './message-forms.ts'
import type { Sync } from './protocol.ts'
import * as sql from './sql.ts'

export interface MemoryRow {
  readonly seq: number
  readonly id: StringColumn
  readonly role: number
  readonly kind: number
  readonly trust: number
  readonly said_at: number
  readonly stored_at: number
  readonly pin: number | null
  readonly reinforced: number
  readonly superseded_by: StringColumn | null
  readonly superseded_at: number | null
  readonly message_id: StringColumn | null
  readonly speaker: StringColumn | null
  readonly text: StringColumn
  readonly project: StringColumn
  readonly session: StringColumn
  readonly client: StringColumn
  /** comma-separated times */
  readonly said_again: string | null
}

export function memoryOf(row: MemoryRow): Memory {
  return {
    id: fromIdColumn(row.id),
    text: fromColumn(row.text),
    role: roleCodec.decode(row.role),
    kind: kindCodec.decode(row.kind),
    trust: trustCodec.decode(row.trust),
    project: fromColumn(row.project),
    session: fromColumn(row.session),
    client: fromColumn(row.client),
    messageId: fromColumnOrNull(row.message_id),
    speaker: fromColumnOrNull(row.speaker),
    saidAt: row.said_at,
    storedAt: row.stored_at,
    pin: row.pin === null ? null : pinCodec.decode(row.pin),
    supersededBy: row.superseded_by === null ? null : fromIdColumn(row.superseded_by),
    supersededAt: row.superseded_at,
    saidAgain: row.said_again === null ? [] : timesOf(row.said_again),
    reinforced: row.reinforced,
  }
}

function timesOf(list: string): readonly number[] {
  return list
    .split(',')
    .map(Number)
    .sort((a, b) => a - b)
}

/** Store.get. */
export function createMemoryReading(db: Database): Sync<Pick<Store, 'get'>>['get'] {
  const byId = db.prepare<{ id: StringColumn }, MemoryRow>(sql.memoryById)

  function* found(ids: readonly string[]): Generator<Memory> {
    for (const id of ids) {
      const row = byId.get({ id: toIdColumn(id) })
      if (row !== undefined) yield memoryOf(row)
    }
  }

  return (ids, charsMax) => withinChars(found(ids), charsMax)
}

/** Store.idsFrom: a range of the index that every id is in. */
export function createIdReading(db: Database): (start: string, max: number) => readonly string[] {
  const between = db
    .prepare<{ first: Buffer; last: Buffer; max: number }>(sql.idsBetween)
    .pluck<StringColumn>()
  return (start, max) => {
    const [first, last] = idRange(start)
    return between.all({ first, last, max }).map(fromIdColumn)
  }
}

/** Store.withForms. */
export function createFormsReading(db: Database): (ids: readonly string[]) => readonly string[] {
  const find = db.prepare<
    { id: StringColumn },
    { id: StringColumn; session_seq: number; message_id: StringColumn | null }
  >(sql.memoryToForget)
  const withItsForms = createWithItsForms(db)
  return (ids) => {
    const all = ids.flatMap((asked) => {
      const row = find.get({ id: toIdColumn(asked) })
      return row === undefined ? [] : withItsForms(row)
    })
    return [...new Set(all.map(fromIdColumn))]
  }
}
