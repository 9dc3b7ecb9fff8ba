// What is stored is nowhere in the clear, and what is forgotten is nowhere at all.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../../src/store/store.ts'
import { fact, turn } from '../support/invented.ts'
import { readingRaw, type SqliteFixture, sqliteFixture, testKey } from '../support/sqlite-fixture.ts'

const secret = 'Zanzibarine quoll marmalade hides behind xylograph 7734'
const secretWords = ['zanzibarine', 'quoll', 'marmalade', 'xylograph', '7734']

/** Both ways in which the store writes strings. */
function holds(bytes: Buffer, word: string): boolean {
  const text = bytes.toString('latin1').toLowerCase()
  return text.includes(word) || text.includes(Buffer.from(word, 'utf16le').toString('latin1'))
}

describe('the files of a store', () => {
  let fixture: SqliteFixture
  let store: Store
  beforeEach(async () => {
    fixture = await sqliteFixture()
    store = await fixture.open()
  })
  afterEach(() => fixture.stop())

  function files(): Record<string, Buffer> {
    const names = readdirSync(fixture.directory)
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(fixture.directory, name))]))
  }

  /** Every page as it is, decrypted, free pages and the gaps within pages included. */
  function decryptedPages(): Buffer {
    const pages = readingRaw(fixture.file, (db) => db.serialize())
    expect(pages.length).toBe(statSync(fixture.file).size)
    return pages
  }

  async function captureAmongOthers(): Promise<readonly string[]> {
    const others = (prefix: string) =>
      Array.from({ length: 300 }, (_, index) =>
        turn({ text: `${prefix} word${index} other${index * 7} more${index * 13}`, session: 'ses_others' }),
      )
    await store.capture(others('before'))
    const asTurn = turn({ text: secret, session: 'ses_secret', saidAt: 1 })
    const asFact = fact({ text: `${secret}!`, pin: 'global' })
    const long = turn({ text: `${secret} `.repeat(300), session: 'ses_secret' })
    const broken = turn({ text: `\ud800 ${secret}`, session: 'ses_secret' })
    const revised = turn({ ...broken, id: 'revised', text: `${secret}, once more` })
    const doomed = [asTurn, asFact, long, broken, revised]
    await store.capture(doomed)
    await store.capture([fact({ text: secret, saidAt: 77_777 })])
    await store.reinforce([asFact.id], 5)
    const quoting = { project: asTurn.project, rank: 1, body: JSON.stringify({ quoted: secret }) }
    const rows = ['first', 'second'].map((id) => ({
      ...quoting,
      kind: 'fact' as const,
      id,
      sources: [asTurn.id],
    }))
    expect(await store.applyDerived({ put: rows, remove: [], standing: true })).toBe(true)
    await store.capture(others('after'))
    return doomed.map((memory) => memory.id)
  }

  it('hold nothing in the clear', async () => {
    await captureAmongOthers()
    const written = files()
    expect(Object.keys(written).toSorted()).toEqual([
      'memory.db',
      'memory.db-shm',
      'memory.db-wal',
      'memory.db.cipher',
    ])
    expect(written['memory.db-wal']?.length).toBeGreaterThan(10_000)
    for (const [name, bytes] of Object.entries(written)) {
      for (const word of [
        ...secretWords,
        'ses_secret',
        'opencode',
        testKey.toString('hex'),
        'sqlite format',
      ]) {
        expect(holds(bytes, word), `${name} holds ${word}`).toBe(false)
      }
    }
  })

  it('hold nothing of what was forgotten, even decrypted', async () => {
    const doomed = await captureAmongOthers()
    expect((await store.session(null, 'ses_secret'))?.title).toBe(secret)
    expect(await store.forget(doomed, 9)).toEqual(doomed)
    expect(files()['memory.db-wal']?.length).toBe(0)
    await store.close()

    const remains = decryptedPages()
    expect(remains.toString('latin1', 0, 15)).toBe('SQLite format 3')
    // The looking glass works: what was kept is found in it.
    expect(holds(remains, 'word299')).toBe(true)
    for (const word of secretWords) expect(holds(remains, word), word).toBe(false)
    for (const beginning of ['zanzi', 'marma', 'xylog'])
      expect(holds(remains, beginning), beginning).toBe(false)
  })

  it('hold the words before they are forgotten, or the test above proves nothing', async () => {
    await captureAmongOthers()
    await store.close()
    const remains = decryptedPages()
    for (const word of secretWords) expect(holds(remains, word), word).toBe(true)
  })
})
