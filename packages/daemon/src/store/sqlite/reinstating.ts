// What holds again when a memory is erased: whatever it had superseded, as though it had never been said. Keeps: no
// memory is superseded by one that is gone, and nothing holds twice.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { type Change, count } from './change.ts'
import { fromIdColumn, type StringColumn } from './columns.ts'
import { createMessageForms } from './message-forms.ts'
import type { SessionRows } from './session-rows.ts'
import * as sql from './sql.ts'

interface SupersededRow {
  readonly seq: number
  readonly session: number
  readonly message_id: StringColumn | null
  readonly digest: Buffer | null
  readonly superseded_at: number
}

interface ErasedRow {
  readonly id: StringColumn
  readonly superseded_by: StringColumn | null
}

/** Call when `erased` is deleted already. */
export type Reinstating = (change: Change, erased: ErasedRow) => void

export function createReinstating(db: Database, sessions: SessionRows): Reinstating {
  const supersededBy = db.prepare<{ id: StringColumn }, SupersededRow>(sql.supersededByMemory)
  const currentStatement = db.prepare<{ digest: Buffer }, { id: StringColumn }>(sql.currentStatement)
  const markSuperseded = db.prepare<{ seq: number; by: StringColumn; at: number }>(sql.markSuperseded)
  const holdAgain = db.prepare<{ seq: number }>(sql.holdAgain)
  const forms = createMessageForms(db)

  /** What stands in the place of `row` also without what was erased; undefined: nothing. */
  function successorOf({ seq, session, message_id, digest }: SupersededRow): StringColumn | undefined {
    if (digest !== null) return currentStatement.get({ digest })?.id
    if (message_id === null) return undefined
    const newest = forms.newest({ session, messageId: message_id })
    return newest === undefined || newest.seq === seq ? undefined : newest.id
  }

  return function reinstate(change, erased) {
    for (const row of supersededBy.all({ id: erased.id })) {
      const by = successorOfErased(erased) ?? successorOf(row)
      if (by !== undefined) {
        markSuperseded.run({ seq: row.seq, by, at: row.superseded_at })
        continue
      }
      holdAgain.run({ seq: row.seq })
      count(change, 'superseded', -1)
      sessions.rederive(change, row.session)
    }
  }
}

/** What was taken back is superseded by itself: nothing stands in its place. */
function successorOfErased({ id, superseded_by }: ErasedRow): StringColumn | null {
  return superseded_by === null || fromIdColumn(superseded_by) === fromIdColumn(id) ? null : superseded_by
}
