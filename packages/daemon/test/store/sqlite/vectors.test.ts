// The vector tables: the same whether made at once or little by little, and erased with what they were made from.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../../src/store/store.ts'
import { embedWaiting } from '../support/embedding.ts'
import { openInProcess } from '../support/in-process-store.ts'
import { turn } from '../support/invented.ts'
import { readingRaw, type SqliteFixture, sqliteFixture, testKey } from '../support/sqlite-fixture.ts'

const vectorsIn = (db: Database): unknown => ({
  codes: db.prepare('SELECT seat, code FROM vector_code ORDER BY seat').all(),
  rows: db.prepare('SELECT seat, "row" FROM vector_row ORDER BY seat').all(),
})

async function embedAll(store: Store, embedder: string, passagesMax: number): Promise<void> {
  while ((await store.textsToEmbed(1)).length > 0) await embedWaiting(store, embedder, passagesMax)
}

const text = fc
  .array(fc.constantFrom('walrus', 'carpenter', 'ship', '東京'), { maxLength: 12 })
  .chain((some) => fc.integer({ min: 1, max: 60 }).map((times) => `${some.join(' ')} `.repeat(times)))

describe('the vector tables', () => {
  let fixture: SqliteFixture
  let files = 0
  beforeEach(async () => {
    fixture = await sqliteFixture()
  })
  afterEach(() => fixture.stop())

  const freshFile = () => ({ file: `${fixture.file}-${files++}`, key: testKey })

  it('are the same rebuilt as made little by little', async () => {
    const history = fc.record({
      texts: fc.array(text, { minLength: 1, maxLength: 8 }),
      forgotten: fc.uniqueArray(fc.integer({ min: 0, max: 7 })),
      passagesMax: fc.integer({ min: 1, max: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(history, async ({ texts, forgotten, passagesMax }) => {
        const items = texts.map((each, index) =>
          turn({ id: `id-${index}`, messageId: `m-${index}`, text: each, session: `s${index % 2}` }),
        )
        const doomed = forgotten.map((index) => `id-${index}`)

        const incremental = openInProcess(freshFile())
        await incremental.store.useEmbedder('present')
        for (const item of items) {
          await incremental.store.capture([item])
          await embedWaiting(incremental.store, 'present', passagesMax)
        }
        await incremental.store.forget(doomed, 1)
        await embedAll(incremental.store, 'present', passagesMax)
        const expected = vectorsIn(incremental.db)
        await incremental.store.close()

        const rebuilt = openInProcess(freshFile())
        await rebuilt.store.capture(items)
        await rebuilt.store.useEmbedder('former')
        await embedAll(rebuilt.store, 'former', 100)
        await rebuilt.store.useEmbedder('present')
        await embedWaiting(rebuilt.store, 'present', 1)
        await rebuilt.store.forget(doomed, 1)
        await embedAll(rebuilt.store, 'present', passagesMax)
        expect(vectorsIn(rebuilt.db)).toEqual(expected)
        await rebuilt.store.close()
      }),
      { numRuns: 25 },
    )
  })

  it('hold nothing of an earlier embedder once all is embedded again, also where there is no vector now', async () => {
    const { db, store } = openInProcess(freshFile())
    await store.capture([turn({ id: 'a', text: 'walrus' }), turn({ id: 'b', text: 'wax' })])
    await store.useEmbedder('former')
    await embedAll(store, 'former', 10)
    await store.useEmbedder('present')
    await store.putVectors('present', [
      { memory: 'a', vectors: [] },
      { memory: 'b', vectors: [] },
    ])
    expect(vectorsIn(db)).toEqual({ codes: [], rows: [] })
    await store.close()
  })

  it('go with their passages in one transaction', async () => {
    const { db, store } = openInProcess(freshFile())
    await store.useEmbedder('one')
    await store.capture([turn({ id: 'a', text: 'walrus' })])
    await embedAll(store, 'one', 10)
    db.exec('BEGIN; DELETE FROM passage;')
    expect(vectorsIn(db)).toEqual({ codes: [], rows: [] })
    db.exec('ROLLBACK')
    await store.close()
  })

  it('are read by key, never as a whole', async () => {
    await (await fixture.open()).close()
    const { vectorSchema: _, ...statements } = await import('../../../src/store/sqlite/vectors-sql.ts')
    const { seatsInScope } = await import('../../../src/store/sqlite/searching-sql.ts')
    const plans = readingRaw(fixture.file, (db) =>
      [...Object.values(statements), seatsInScope].flatMap((statement) =>
        db
          .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement.replace(/\$\w+/g, '1')}`)
          .all()
          .map(({ detail }) => detail),
      ),
    )
    expect(
      plans.filter((detail) =>
        /^SCAN (?!embedder|j\b|p USING INDEX memory_pinned|.*VIRTUAL TABLE)/.test(detail),
      ),
    ).toEqual([])
  })
})
