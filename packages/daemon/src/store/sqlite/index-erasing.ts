// Takes the entries of erased passages out of the text index, with every trace of their words. FTS5 looks for each entry
// (each word of each passage) by itself and rewrites the page that holds it; where there are many entries for the pages
// there are, writing the whole index anew is far quicker. Keeps: whichever way, when the call's transaction commits, no
// page of the index holds a word that only the erased had.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { limits } from '../../kit/limits.ts'
import type { Change } from './change.ts'
import { createSeparators } from './separators.ts'
import * as sql from './sql.ts'

/** Erases what `change` vacated. Call once for a change, after its counts of terms are written. */
export type IndexErasing = (change: Pick<Change, 'vacated' | 'vacatedEntries' | 'words'>) => void

export function createIndexErasing(db: Database): IndexErasing {
  const separators = createSeparators(db)
  const unindexPassage = db.prepare<{ seat: number }>(sql.unindexPassage)
  const eraseAtOnce = db.prepare(sql.eraseAtOnce)
  const eraseByMerging = db.prepare(sql.eraseByMerging)
  const rewriteIndex = db.prepare(sql.rewriteIndex)
  const countLeaves = db.prepare<{ limit: number }, { leaves: number }>(sql.countLeaves)

  function isRewritingQuicker(entries: number): boolean {
    if (entries < limits.forgetRewriteEntriesMin) return false
    const pagesWorthIt = Math.floor(entries / limits.forgetRewriteEntriesPerPageMin)
    const pagesMax = Math.min(pagesWorthIt, limits.forgetRewritePagesMax)
    return (countLeaves.get({ limit: pagesMax + 1 })?.leaves ?? 0) <= pagesMax
  }

  /** After an error in between, the setting goes back with the call's savepoint. */
  function rewriteWithout(seats: readonly number[]): void {
    eraseByMerging.run()
    for (const seat of seats) unindexPassage.run({ seat })
    rewriteIndex.run()
    eraseAtOnce.run()
  }

  return function erase({ vacated, vacatedEntries, words }) {
    if (isRewritingQuicker(vacatedEntries)) {
      // Its separators are new too: made of the words that are left.
      rewriteWithout(vacated)
      return
    }
    for (const seat of vacated) unindexPassage.run({ seat })
    separators.eraseThoseOf([...words.values()].flatMap(({ terms }) => [...terms.keys()]))
  }
}
