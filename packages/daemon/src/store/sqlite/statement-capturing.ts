// Takes in what is said on its own, a note or a fact, which is known by what it says: said again, it is the memory that is
// held already, with one more time at which it was said.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { CaptureOutcome, NewMemory, NewStatement, Pin } from '../../model/memory.ts'
import { statementDigest, widerPin } from '../capture-rules.ts'
import type { Change } from './change.ts'
import { fromIdColumn, type StringColumn, toIdColumn } from './columns.ts'
import type { Inserting } from './inserting.ts'
import { type Pinning, pinOf } from './pinning.ts'
import * as sql from './sql.ts'

export interface StatementCapturing {
  capture(change: Change, item: NewMemory): CaptureOutcome
  /**
   * The id of the row that says `item`: a new one, or the one that does already. `inherited` is the pin of what it
   * replaces, and holds unless `item` names one itself.
   */
  replace(change: Change, item: NewStatement, inherited: Pin | null): StringColumn
}

interface HeldStatement {
  readonly seq: number
  readonly id: StringColumn
  readonly said_at: number
  readonly pin: number | null
}

export function createStatementCapturing(
  db: Database,
  insert: Inserting,
  pinMemory: Pinning,
): StatementCapturing {
  const currentStatement = db.prepare<{ digest: Buffer }, HeldStatement>(sql.currentStatement)
  const addSaidAgain = db.prepare<{ memory: number; at: number }>(sql.addSaidAgain)

  /** What is held already, with the time noted; undefined when `item` was inserted. */
  function saidAgain(change: Change, item: NewMemory, pin: Pin | null): HeldStatement | undefined {
    const digest = statementDigest(item)
    const held = currentStatement.get({ digest })
    if (held === undefined) insert(change, item, { pin, isNewTurn: true, digest })
    else if (item.saidAt !== held.said_at) addSaidAgain.run({ memory: held.seq, at: item.saidAt })
    return held
  }

  return {
    capture(change, item) {
      const held = saidAgain(change, item, item.pin ?? null)
      if (held === undefined) return { status: 'inserted', id: item.id }
      return { status: 'reinforced', id: fromIdColumn(held.id) }
    },
    replace(change, item, inherited) {
      const pin = item.pin === undefined ? inherited : item.pin
      const held = saidAgain(change, item, pin)
      if (held === undefined) return toIdColumn(item.id)
      pinMemory(change, held.id, widerPin(pinOf(held), pin))
      return held.id
    },
  }
}
