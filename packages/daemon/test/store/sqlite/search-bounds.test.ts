// A search in one project reads that project's part of the index. Counted, not timed: a page of the index is read if the
// search fails without it.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { NewMemory } from '../../../src/model/memory.ts'
import type { Probe } from '../../../src/store/search.ts'
import { createSearching } from '../../../src/store/sqlite/search.ts'
import { openInProcess } from '../support/in-process-store.ts'
import { turn } from '../support/invented.ts'
import { type SqliteFixture, sqliteFixture, testKey } from '../support/sqlite-fixture.ts'

let fixture: SqliteFixture
beforeEach(async () => {
  fixture = await sqliteFixture()
})
afterEach(() => fixture.stop())

/** Small pages, so that some hundred postings of one word lie on many of them. */
const pageBytes = 64

const turnsOf = (project: string, count: number): NewMemory[] =>
  Array.from({ length: count }, (_, index) =>
    turn({ id: `${project} ${index}`, messageId: `${index}`, project, session: project, text: 'walrus' }),
  )

const pagesOf = (db: Database) =>
  db
    .prepare<[], { id: number }>('SELECT id FROM passage_index_data WHERE id > 100')
    .all()
    .map(({ id }) => id)

/** How many pages of the index `search` cannot do without. */
function pagesReadBy(db: Database, search: () => unknown): number {
  // The tables of the index are closed to statements otherwise.
  db.unsafeMode(true)
  const spoil = db.prepare('DELETE FROM passage_index_data WHERE id = ?')
  const isRead = (page: number): boolean => {
    db.exec('BEGIN')
    try {
      spoil.run(BigInt(page))
      search()
      return false
    } catch (error) {
      expect(String(error)).toMatch(/corruption|malformed/)
      return true
    } finally {
      db.exec('ROLLBACK')
    }
  }
  try {
    return pagesOf(db).filter(isRead).length
  } finally {
    db.unsafeMode(false)
  }
}

it.each<[string, Probe]>([
  ['a word', { find: 'terms', all: ['walrus'], any: [], limit: 10_000 }],
  ['a phrase', { find: 'phrase', words: ['walrus'], limit: 10_000 }],
])('looking for %s in one project reads none of the postings of others', async (_, probe) => {
  const { db, store } = openInProcess({ file: fixture.file, key: testKey })
  try {
    db.prepare(`INSERT INTO passage_index (passage_index, rank) VALUES ('pgsz', ?)`).run(BigInt(pageBytes))
    await store.capture([...turnsOf('before', 300), ...turnsOf('asked', 3), ...turnsOf('after', 300)])
    db.exec(`INSERT INTO passage_index (passage_index) VALUES ('optimize')`)
    const { probe: find } = createSearching(db)
    const seatsIn = (projects: readonly string[] | null) => find({ projects }, [probe])[0]?.length

    expect(seatsIn(['asked'])).toBe(3)
    expect(seatsIn(null)).toBe(603)
    const all = pagesReadBy(db, () => seatsIn(null))
    expect(all).toBeGreaterThan(20)
    // The first page of the word's postings, the last one, and those on which the project's lie; not the rest.
    expect(pagesReadBy(db, () => seatsIn(['asked']))).toBeLessThanOrEqual(6)
  } finally {
    await store.close()
  }
})
