// Erases memories: rows, index entries, term counts, session titles and everything else derived from them; a message
// goes with all its forms. What stays is a digest that bars the text from coming back (or the session's: barring.ts).
// What the erased had superseded holds again.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Kind } from '../../model/memory.ts'
import type { Utterance } from '../capture-rules.ts'
import type { Barring } from './barring.ts'
import { type Change, count, touchStanding } from './change.ts'
import { fromColumn, fromIdColumn, kindCodec, type StringColumn, toIdColumn } from './columns.ts'
import type { DerivedErasing } from './derived-writing.ts'
import { createWithItsForms } from './message-forms.ts'
import type { Reinstating } from './reinstating.ts'
import type { SessionRows } from './session-rows.ts'
import * as sql from './sql.ts'
import type { TextIndex } from './text-index.ts'

interface DoomedRow {
  readonly seq: number
  readonly id: StringColumn
  readonly kind: number
  readonly session_seq: number
  readonly session_project: number
  readonly message_id: StringColumn | null
  readonly superseded_by: StringColumn | null
  readonly text: StringColumn
  readonly client: StringColumn
  readonly session: StringColumn
}

export interface ForgettingParts {
  readonly sessions: SessionRows
  readonly index: TextIndex
  readonly barring: Barring
  readonly reinstate: Reinstating
  readonly eraseDerived: DerivedErasing
}

/**
 * Forgets memories, each with the other forms of its message; returns the ids of all that went, in order, none for an
 * unknown one. Ends with the memory whose text goes beyond `charsMax`, in UTF-16 units. The index's traces are erased
 * once, by the caller.
 */
export type Forgetting = (
  change: Change,
  ids: readonly string[],
  at: number,
  charsMax: number,
  bars: boolean,
) => readonly string[]

interface Erased {
  readonly ids: readonly string[]
  /** UTF-16 units */
  readonly chars: number
}

export function createForgetting(
  db: Database,
  { sessions, index, barring, reinstate, eraseDerived }: ForgettingParts,
): Forgetting {
  const doomed = db.prepare<{ id: StringColumn }, DoomedRow>(sql.memoryToForget)
  const withItsForms = createWithItsForms(db)
  const deleteSaidAgain = db.prepare<{ memory: number }>(sql.deleteSaidAgain)
  const deleteMemory = db.prepare<{ seq: number }>(sql.deleteMemory)

  /** Returns the length of its text. */
  function erase(change: Change, id: StringColumn, at: number, bars: boolean): number {
    const row = doomed.get({ id })
    if (row === undefined) return 0
    const kind = kindCodec.decode(row.kind)
    const said = utteranceOf(row, kind)
    if (bars) barring.bar(said, row.id, at)
    index.remove(change, row.seq)
    eraseDerived(change, row.seq)
    deleteSaidAgain.run({ memory: row.seq })
    deleteMemory.run({ seq: row.seq })
    discount(change, kind, row.superseded_by !== null)
    if (sessions.rederive(change, row.session_seq)) change.touchedProjects.add(row.session_project)
    reinstate(change, row)
    return said.text.length
  }

  function eraseMessage(change: Change, asked: string, at: number, bars: boolean): Erased {
    const row = doomed.get({ id: toIdColumn(asked) })
    if (row === undefined) return { ids: [], chars: 0 }
    const ids = withItsForms(row)
    const chars = ids.reduce((sum, id) => sum + erase(change, id, at, bars), 0)
    return { ids: ids.map(fromIdColumn), chars }
  }

  return function forget(change, ids, at, charsMax, bars) {
    let chars = 0
    return ids.flatMap((id) => {
      if (chars > charsMax) return []
      const erased = eraseMessage(change, id, at, bars)
      chars += erased.chars
      return erased.ids
    })
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
