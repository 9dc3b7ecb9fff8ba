// Running totals, so that asking how much there is never counts a million rows. Changed only together with the rows
// they count, in the same transaction.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import * as sql from './sql.ts'

export type CounterName =
  | 'memories'
  | 'turns'
  | 'facts'
  | 'superseded'
  /** see Store.standingRevision */
  | 'standing_revision'
  /** names the last change of a session or project (ChangedSession) */
  | 'changes'
  /** rules that what is derived was made by; 0: nothing was derived yet */
  | 'rules_version'
  /** version of the analyser the index was last completely built with */
  | 'analyser_version'
  /** re-indexing under way: for which version, the last memory done, and the last one to do (0: none under way) */
  | 'reindex_version'
  | 'reindex_after'
  | 'reindex_last'
  /** row number of the last memory that the embedder in use has seen */
  | 'embedded_through'

export function createCounterReading(db: Database): (name: CounterName) => number {
  const value = db.prepare<{ name: CounterName }, { value: number }>(sql.counterValue)
  return (name) => value.get({ name })?.value ?? 0
}

export function createCounterSetting(db: Database): (name: CounterName, value: number) => void {
  const set = db.prepare<{ name: CounterName; value: number }>(sql.setCounter)
  return (name, value) => {
    set.run({ name, value })
  }
}
