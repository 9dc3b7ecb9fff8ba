// Puts one memory in the place of another, which keeps its row. What was derived from the words that no longer hold goes.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { type Change, count } from './change.ts'
import type { StringColumn } from './columns.ts'
import type { DerivedErasing } from './derived-writing.ts'
import * as sql from './sql.ts'

/** From `at` on `by` holds in the place of `seq`, which held until now. */
export type Retiring = (change: Change, seq: number, by: StringColumn, at: number) => void

export function createRetiring(db: Database, eraseDerived: DerivedErasing): Retiring {
  const markSuperseded = db.prepare<{ seq: number; by: StringColumn; at: number }>(sql.markSuperseded)
  return function retire(change, seq, by, at) {
    markSuperseded.run({ seq, by, at })
    eraseDerived(change, seq)
    count(change, 'superseded', 1)
  }
}
