// What a search does not read, or keep: the parts of the index that belong to other projects, and texts beyond what can be
// shown of them. Pages are counted, not timed: one is read if the search fails without it.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { limits } from '../../../src/kit/limits.ts'
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

const hugeTexts = [
  ['plain', 'walrus '.repeat(100_000)],
  ['with NULs and characters of three bytes', '\u0000東京 '.repeat(60_000)],
  ['with halves of characters', 'wax \ud800 '.repeat(60_000)],
] as const

it.each(hugeTexts)('of a huge text, %s, the beginning is read', async (_, text) => {
  const { db, store } = openInProcess({ file: fixture.file, key: testKey })
  try {
    await store.capture([
      turn({ id: 'huge', text }),
      turn({ id: 'short', text: 'walrus \u0000 東京 \ud800' }),
    ])
    const { occupants } = createSearching(db)
    const seats = db.prepare('SELECT min(seat) FROM passage GROUP BY memory').pluck<number>().all()
    const [huge, short] = occupants(seats).map(({ memory }) => memory.text)
    expect(text.startsWith(huge ?? '?')).toBe(true)
    expect(huge?.length).toBeGreaterThan(limits.searchTextBytesMax / 4)
    expect(huge?.length).toBeLessThanOrEqual(limits.searchTextBytesMax)
    expect(short).toBe('walrus \u0000 東京 \ud800')
  } finally {
    await store.close()
  }
})

it.each(hugeTexts)('of a huge text, %s, what stands around a passage further in is kept', async (_, text) => {
  const { db, store } = openInProcess({ file: fixture.file, key: testKey })
  try {
    await store.capture([turn({ id: 'huge', text })])
    const { occupants } = createSearching(db)
    const seats = db.prepare('SELECT seat FROM passage ORDER BY "start"').pluck<number>().all()
    const found = occupants(seats)
    expect(found).toHaveLength(seats.length)
    for (const { start, end, memory } of found) {
      const { charsBefore, hasMoreBehind } = memory.cut ?? expect.fail('the text is cut')
      const behind = charsBefore + memory.text.length
      expect(text.slice(charsBefore, behind)).toBe(memory.text)
      expect(hasMoreBehind).toBe(behind < text.length)
      expect([charsBefore <= start, end <= behind]).toEqual([true, true])
      if (charsBefore > 0) expect(memory.text.length).toBeLessThanOrEqual(limits.searchTextPartChars + 1)
    }
    expect(found.at(-1)?.memory.cut?.hasMoreBehind).toBe(false)
  } finally {
    await store.close()
  }
})
