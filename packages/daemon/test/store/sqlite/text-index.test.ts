// The derived tables: the same whether built at once or little by little, and true to the rows.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewMemory } from '../../../src/model/memory.ts'
import { mergeIndex } from '../../../src/store/sqlite/sql.ts'
import { analyse, analyserVersion, analyseText } from '../../../src/text/analyser.ts'
import { found, frequencies, holding, named } from '../support/asking.ts'
import { type Analyser, openInProcess } from '../support/in-process-store.ts'
import { turn } from '../support/invented.ts'
import { readingRaw, type SqliteFixture, sqliteFixture, testKey } from '../support/sqlite-fixture.ts'

/** Another analyser than the product's: what it indexed must be gone after re-indexing. */
const former: Analyser = {
  version: analyserVersion + 1_000,
  analyse: (text) => ({
    words: analyseText(text).words.flatMap((term) => [`former-${term}`, 'former']),
    extras: ['former-extra'],
  }),
}
const present: Analyser = { version: analyserVersion, analyse: analyseText }

/** Everything derived from the memories. */
function derivedState(db: Database): unknown {
  db.exec(`CREATE VIRTUAL TABLE temp.instance USING fts5vocab (main, passage_index, instance)`)
  const all = (table: string) => db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()
  return {
    passages: db
      .prepare(`SELECT m.id, p.* FROM passage p JOIN memory m ON m.seq = p.memory ORDER BY p.seat`)
      .all(),
    entries: db.prepare(`SELECT term, "offset", doc FROM temp.instance ORDER BY 1, 2, 3`).all(),
    terms: all('term'),
    totals: all('project_words'),
    chapters: all('chapter'),
    version: db.prepare(`SELECT value FROM counter WHERE name = 'analyser_version'`).all(),
  }
}

function checkIntegrity(db: Database): void {
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  db.exec(`INSERT INTO passage_index (passage_index, rank) VALUES ('integrity-check', 1)`)
}

const words = ['walrus', 'carpenter', 'ship', 'wax', 'cabbage', 'king', 'é', '東京']
const text = fc
  .array(fc.constantFrom(...words), { maxLength: 12 })
  .chain((some) => fc.integer({ min: 1, max: 60 }).map((times) => `${some.join(' ')} `.repeat(times)))

function items(texts: readonly string[]): readonly NewMemory[] {
  return texts.map((each, index) =>
    turn({ id: `id-${index}`, messageId: `m-${index}`, text: each, saidAt: index }),
  )
}

/** Rare words in plenty, so that leaf pages begin with words of which little else is left. */
function rare(index: number): string {
  return Array.from(
    { length: 60 },
    (_, word) => `w${((index * 7919 + word * 104_729) % 1_000_003).toString(36)}`,
  ).join(' ')
}

/** Separators of the index's leaf pages, and those that begin no term of `kept`. */
function separatorsOf(db: Database, kept: readonly NewMemory[]): { dead: string[]; count: number } {
  const living = [...new Set(kept.flatMap((item) => analyse(item.text)))]
  const rows = db.prepare<[], { term: Buffer }>('SELECT term FROM passage_index_idx').all()
  const dead = rows
    .map(({ term }) => Buffer.from(term).toString('utf8').slice(1).replace(/\0+$/, ''))
    .filter((beginning) => !living.some((term) => term.startsWith(beginning)))
  return { dead, count: rows.length }
}

/** By its entries, and by what is counted of them. */
function termsIndexed(db: Database): unknown {
  db.exec(`CREATE VIRTUAL TABLE temp.by_term USING fts5vocab (main, passage_index, row)`)
  return {
    entries: db.prepare(`SELECT term, doc, cnt FROM temp.by_term`).all(),
    terms: db.prepare(`SELECT term, passages FROM term ORDER BY 1`).all(),
  }
}

/** The pages of the index as they are, what is between their entries included. */
function isInPages(db: Database, beginning: string): boolean {
  const pages = 'SELECT block AS bytes FROM passage_index_data UNION ALL SELECT term FROM passage_index_idx'
  return db
    .prepare<[], { bytes: Buffer }>(pages)
    .all()
    .some(({ bytes }) => bytes.includes(beginning))
}

function segmentsIn(db: Database): number {
  const counted = 'SELECT count(DISTINCT segid) AS segments FROM passage_index_idx'
  return db.prepare<[], { segments: number }>(counted).get()?.segments ?? 0
}

describe('the text index', () => {
  let fixture: SqliteFixture
  let files = 0
  beforeEach(async () => {
    fixture = await sqliteFixture()
  })
  afterEach(() => fixture.stop())

  const freshFile = () => ({ file: `${fixture.file}-${files++}`, key: testKey })

  it('is the same rebuilt as built little by little', async () => {
    const history = fc.record({
      texts: fc.array(text, { minLength: 1, maxLength: 8 }),
      forgotten: fc.uniqueArray(fc.integer({ min: 0, max: 7 })),
    })
    await fc.assert(
      fc.asyncProperty(history, async ({ texts, forgotten }) => {
        const doomed = forgotten.map((index) => `id-${index}`)
        const incremental = openInProcess(freshFile(), present)
        for (const item of items(texts)) await incremental.store.capture([item])
        await incremental.store.forget(doomed, 1)
        const expected = derivedState(incremental.db)
        await incremental.store.close()

        const rebuilt = freshFile()
        const old = openInProcess(rebuilt, former)
        await old.store.capture(items(texts))
        await old.store.close()
        const { db, store, reindexing } = openInProcess(rebuilt, present)
        await store.forget(doomed, 1)
        while (reindexing.pending()) db.transaction(() => reindexing.step(() => false)).immediate()
        expect(derivedState(db)).toEqual(expected)
        checkIntegrity(db)
        await store.close()
      }),
      { numRuns: 25 },
    )
  })

  it('goes on with a rebuild where it was interrupted, while captures and searches go on', async () => {
    const file = freshFile()
    const old = openInProcess(file, former)
    await old.store.capture(items(['walrus one', 'walrus two', 'walrus three']))
    await old.store.close()

    const first = openInProcess(file, present)
    first.db.transaction(() => first.reindexing.step(() => false)).immediate()
    await first.store.capture([turn({ id: 'meanwhile', text: 'walrus four' })])
    expect(await found(first.store, 'walrus')).toEqual(['id-0', 'meanwhile'])
    expect((await first.store.stats()).analyserVersion).toBe(former.version)
    await first.store.close()

    const second = openInProcess(file, present)
    let steps = 0
    for (; second.reindexing.pending(); steps++) {
      second.db.transaction(() => second.reindexing.step(() => false)).immediate()
    }
    expect(steps).toBe(3)
    expect(await found(second.store, 'walrus')).toHaveLength(4)
    expect((await second.store.stats()).analyserVersion).toBe(present.version)
    await second.store.close()
  })

  it('is rebuilt by the store itself after a change of analyser', async () => {
    const old = openInProcess({ file: fixture.file, key: testKey }, former)
    await old.store.capture(items(['walrus one', 'carpenter two']))
    await old.store.close()
    const store = await fixture.open()
    await expect.poll(async () => (await store.stats()).analyserVersion).toBe(analyserVersion)
    expect(await frequencies(store, 'former', 'former-extra', 'walrus')).toEqual([0, 0, 1])
  })

  it('stays whole when forgetting replaces its separators', async () => {
    const { db, store } = openInProcess(freshFile())
    const all = items(Array.from({ length: 600 }, (_, index) => rare(index)))
    await store.capture(all)
    for (let from = 0; from < 600; from += 60) {
      await store.forget(
        all.slice(from, from + 40).map((item) => item.id),
        1,
      )
      checkIntegrity(db)
    }
    const kept = all.filter((_, index) => index % 60 >= 40)
    for (const item of kept.slice(0, 50)) {
      expect(await named(store, holding(...analyse(item.text).slice(0, 5)))).toContain(item.id)
    }
    const { dead, count } = separatorsOf(db, kept)
    expect(count).toBeGreaterThan(5)
    expect(dead).toEqual([])
    await store.close()
  })

  it.each([
    ['at rest', 0],
    ['while a merge is under way', 2],
  ])('is written anew, %s, where that is less work than to look for each entry', async (_when, merges) => {
    const { db, store } = openInProcess(freshFile())
    const others = items(Array.from({ length: 600 }, (_, index) => rare(index)))
    await store.capture(others.slice(0, 300))
    const long = Array.from({ length: 400 }, (_, index) => rare(index + 10_000).replaceAll('w', 'own')).join(
      ' ',
    )
    await store.capture([turn({ id: 'long', text: long })])
    await store.capture(others.slice(300))
    const merge = db.prepare<{ pages: number }>(mergeIndex)
    for (const pages of [-4, 4].slice(0, merges)) merge.run({ pages })
    expect(segmentsIn(db)).toBeGreaterThan(1)
    expect(isInPages(db, 'own')).toBe(true)

    expect(await store.forget(['long'], 1)).toEqual(['long'])
    expect(segmentsIn(db)).toBe(1)
    expect(isInPages(db, 'own')).toBe(false)
    expect(separatorsOf(db, others).dead).toEqual([])
    checkIntegrity(db)
    const never = openInProcess(freshFile())
    await never.store.capture(others)
    expect(termsIndexed(db)).toEqual(termsIndexed(never.db))
    await never.store.close()
    // What is deleted from now on is erased at once again, as the setting says.
    const setting = `SELECT v FROM passage_index_config WHERE k = 'secure-delete'`
    expect(db.prepare<[], { v: number }>(setting).get()?.v).toBe(1)
    await store.close()
  })

  it('keeps nothing of terms that a former analyser made', async () => {
    const file = freshFile()
    const all = items(Array.from({ length: 400 }, (_, index) => rare(index)))
    const old = openInProcess(file, former)
    await old.store.capture(all)
    await old.store.close()
    const { db, store, reindexing } = openInProcess(file, present)
    while (reindexing.pending()) db.transaction(() => reindexing.step(() => true)).immediate()
    const { dead, count } = separatorsOf(db, all)
    expect(count).toBeGreaterThan(5)
    expect(dead).toEqual([])
    checkIntegrity(db)
    await store.close()
  })

  it('lists and searches by index, never by reading the whole table', async () => {
    const store = await fixture.open()
    await store.close()
    const sql = await import('../../../src/store/sqlite/sql.ts')
    const searching = await import('../../../src/store/sqlite/searching-sql.ts')
    const statements = [
      ...Object.values(sql.listMemories).flatMap((orders) => Object.values(orders)),
      ...Object.values(sql.listSessions),
      ...Object.values(searching.seatsSaidWithin),
      searching.seatsThatMatchInScope,
      searching.passageEvidence,
      searching.chapterEvidence,
      searching.occupantOfSeat,
      sql.lastChapterOfSession,
      searching.passagesWithTerm,
      sql.findSession,
      sql.newestForm,
      sql.firstFormAfter,
      sql.formWithText,
      sql.currentStatement,
      sql.formsToForget,
      sql.supersededByMemory,
    ]
    const plans = readingRaw(fixture.file, (db) =>
      statements.map((statement) => {
        const unbound = statement.replace(/\$\w+/g, '1')
        return db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${unbound}`).all()
      }),
    )
    for (const steps of plans) {
      const details = steps.map((step) => step.detail)
      expect(
        details.filter((detail) =>
          /^SCAN (?:m|p|s|g|c|memory|session|project|passage|chapter|term)\b(?! USING)/.test(detail),
        ),
      ).toEqual([])
    }
  })
})
