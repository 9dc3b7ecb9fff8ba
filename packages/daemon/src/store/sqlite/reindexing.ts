// Brings the text index to the present analyser, a few memories at a time. What is stored meanwhile is indexed the new
// way at once; search works throughout, on whatever is there. Resumes after a crash where it was.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { createChangeWriting, emptyChange } from './change.ts'
import { fromColumn, fromColumnOrNull, type StringColumn } from './columns.ts'
import { createCounterReading, createCounterSetting } from './counters.ts'
import { createSeparators } from './separators.ts'
import * as sql from './sql.ts'
import type { TextIndex } from './text-index.ts'

export interface Reindexing {
  /** True while memories are still indexed by an older analyser. */
  pending(): boolean
  /** Re-indexes memories until `mayGoOn` says no; to be called within a transaction. */
  step(mayGoOn: () => boolean): void
}

/** Notes where re-indexing has to begin, if `analyserVersion` is not the one the index was built with. */
export function createReindexing(db: Database, index: TextIndex, analyserVersion: number): Reindexing {
  const counter = createCounterReading(db)
  const setCounter = createCounterSetting(db)
  const writeChange = createChangeWriting(db)
  const separators = createSeparators(db)
  const next = db.prepare<
    { after: number; last: number },
    { seq: number; speaker: StringColumn | null; text: StringColumn }
  >(sql.memoriesToReindex)
  const lastMemory = db.prepare<[], { seq: number }>(sql.lastMemorySeq)

  const isCurrent = () => counter('analyser_version') === analyserVersion
  if (!isCurrent() && counter('reindex_version') !== analyserVersion) {
    db.transaction(begin).immediate()
  }

  function begin(): void {
    const last = lastMemory.get()?.seq ?? 0
    setCounter('reindex_version', analyserVersion)
    setCounter('reindex_after', 0)
    setCounter('reindex_last', last)
    if (last === 0) finish()
  }

  function reindexOne(after: number, last: number): number | null {
    const row = next.get({ after, last })
    if (row === undefined) return null
    const change = emptyChange()
    const { seq, speaker, text } = row
    index.renew(change, { seq, text: fromColumn(text), speaker: fromColumnOrNull(speaker) })
    writeChange(change)
    return row.seq
  }

  function finish(): void {
    separators.eraseDead()
    setCounter('analyser_version', analyserVersion)
  }

  return {
    pending: () => !isCurrent(),
    step(mayGoOn) {
      const last = counter('reindex_last')
      let after: number | null = counter('reindex_after')
      do {
        after = reindexOne(after, last)
        if (after !== null) setCounter('reindex_after', after)
      } while (after !== null && mayGoOn())
      if (after === null) finish()
    },
  }
}
