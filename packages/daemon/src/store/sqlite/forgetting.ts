// Erases memories: rows, index entries, term counts, session titles made from them. What stays is a digest that bars
// the text from coming back, and, on what it superseded, the id of the row that is gone.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Kind } from '../../model/memory.ts'
import type { Utterance } from '../capture-rules.ts'
import type { Barring } from './barring.ts'
import { type Change, count, touchStanding } from './change.ts'
import { fromColumn, kindCodec, type StringColumn, toIdColumn } from './columns.ts'
import type { SessionRows } from './session-rows.ts'
import * as sql from './sql.ts'
import type { TextIndex } from './text-index.ts'

interface DoomedRow {
  readonly seq: number
  readonly id: StringColumn
  readonly kind: number
  readonly session_seq: number
  readonly superseded_at: number | null
  readonly text: StringColumn
  readonly client: StringColumn
  readonly session: StringColumn
}

/** Forgets one memory; false when the id is unknown. The index's traces are erased once, by the caller. */
export type Forgetting = (change: Change, id: string, at: number) => boolean

export function createForgetting(
  db: Database,
  { sessions, index, barring }: { sessions: SessionRows; index: TextIndex; barring: Barring },
): Forgetting {
  const doomed = db.prepare<{ id: StringColumn }, DoomedRow>(sql.memoryToForget)
  const deleteSaidAgain = db.prepare<{ memory: number }>(sql.deleteSaidAgain)
  const deleteMemory = db.prepare<{ seq: number }>(sql.deleteMemory)

  return function forget(change, id, at) {
    const row = doomed.get({ id: toIdColumn(id) })
    if (row === undefined) return false
    const kind = kindCodec.decode(row.kind)
    barring.bar(utteranceOf(row, kind), row.id, at)
    index.remove(change, row.seq)
    deleteSaidAgain.run({ memory: row.seq })
    deleteMemory.run({ seq: row.seq })
    discount(change, kind, row.superseded_at !== null)
    if (!sessions.isNone(row.session_seq)) change.rederivedSessions.add(row.session_seq)
    return true
  }
}

function utteranceOf(row: DoomedRow, kind: Kind): Utterance {
  return {
    kind,
    client: fromColumn(row.client),
    session: fromColumn(row.session),
    text: fromColumn(row.text),
  }
}

function discount(change: Change, kind: Kind, superseded: boolean): void {
  count(change, 'memories', -1)
  if (kind === 'turn') count(change, 'turns', -1)
  if (kind === 'fact') count(change, 'facts', -1)
  if (superseded) count(change, 'superseded', -1)
  touchStanding(change)
}
