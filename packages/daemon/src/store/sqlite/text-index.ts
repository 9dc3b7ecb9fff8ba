// The text index of the writer: passages, their FTS5 entries and the term frequencies, always changed together.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { type Analyse, passagesOf } from '../passages.ts'
import { type Change, count } from './change.ts'
import * as sql from './sql.ts'

export interface TextIndex {
  add(change: Change, memory: number, text: string): void
  /** Takes out whatever was indexed for the memory, by whichever analyser. */
  remove(change: Change, memory: number): void
  /**
   * Erases what FTS5's own deletion leaves of removed terms. Call after the change is written. Cost: one look-up per
   * leaf page of the index.
   */
  eraseTraces(): void
}

export function createTextIndex(db: Database, analyse: Analyse): TextIndex {
  const insertPassage = db.prepare<{ memory: number; start: number; end: number; terms: string }>(
    sql.insertPassage,
  )
  const passagesOfMemory = db.prepare<{ memory: number }, { seq: number; terms: string }>(
    sql.passagesOfMemory,
  )
  const deletePassage = db.prepare<{ seq: number }>(sql.deletePassage)
  const indexPassage = db.prepare<{ seq: number; terms: string }>(sql.indexPassage)
  const unindexPassage = db.prepare<{ seq: number; terms: string }>(sql.unindexPassage)
  const flush = db.prepare(sql.flushIndex)

  function tally(change: Change, terms: readonly string[], sign: 1 | -1): void {
    count(change, 'passages', sign)
    count(change, 'terms', sign * terms.length)
    for (const term of new Set(terms)) change.terms.set(term, (change.terms.get(term) ?? 0) + sign)
  }

  return {
    add(change, memory, text) {
      for (const { start, end, terms } of passagesOf(text, analyse)) {
        const joined = terms.join(' ')
        const seq = Number(insertPassage.run({ memory, start, end, terms: joined }).lastInsertRowid)
        indexPassage.run({ seq, terms: joined })
        tally(change, terms, 1)
      }
    },
    remove(change, memory) {
      for (const { seq, terms } of passagesOfMemory.all({ memory })) {
        unindexPassage.run({ seq, terms })
        deletePassage.run({ seq })
        tally(change, terms.split(' '), -1)
      }
    },
    eraseTraces() {
      flush.run()
      // SQLite guards the tables behind a virtual table; the guard is lifted for this one statement.
      db.unsafeMode(true)
      try {
        db.prepare(sql.replaceDeadSeparators).run()
      } finally {
        db.unsafeMode(false)
      }
    },
  }
}
