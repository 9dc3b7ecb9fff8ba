// Opening: the right key opens, everything else is refused with a reason and leaves every byte as it was.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import DatabaseConstructor from 'better-sqlite3-multiple-ciphers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../../src/kit/log.ts'
import { ciphers, noteFileOf } from '../../../src/store/sqlite/cipher-note.ts'
import { applicationId, migrate, migrations } from '../../../src/store/sqlite/migrations.ts'
import { openInProcess } from '../support/in-process-store.ts'
import { turn } from '../support/invented.ts'
import { openRaw, readingRaw, type SqliteFixture, sqliteFixture, testKey } from '../support/sqlite-fixture.ts'

const otherKey = Buffer.alloc(32, 0x77)

describe('opening a store', () => {
  let fixture: SqliteFixture
  beforeEach(async () => {
    fixture = await sqliteFixture()
  })
  afterEach(() => fixture.stop())

  /** Digest of every file but the shared-memory index, which any look at a log rewrites. */
  function bytesOfFiles(): Record<string, string> {
    const names = readdirSync(fixture.directory).filter((name) => !name.endsWith('-shm'))
    return Object.fromEntries(
      names.map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(fixture.directory, name)))
          .digest('hex'),
      ]),
    )
  }

  async function expectRefusal(code: string, message: RegExp, key = testKey): Promise<void> {
    const before = bytesOfFiles()
    const opening = fixture.open({ key })
    await expect(opening).rejects.toMatchObject({
      name: 'AppError',
      code,
      message: expect.stringMatching(message),
    })
    await expect(opening).rejects.toThrow(fixture.file)
    expect(bytesOfFiles()).toEqual(before)
    expect(fixture.fatal).toEqual([])
  }

  /** As a power cut leaves it: a change half written, and the journal that undoes it. */
  async function cutInTheMiddleOfAChange(): Promise<void> {
    await storeWithOneTurn()
    const db = openRaw(fixture.file)
    db.pragma('journal_mode = DELETE')
    db.pragma('cache_size = 1')
    db.pragma('cache_spill = 1')
    db.exec('BEGIN IMMEDIATE')
    db.exec("UPDATE memory SET text = CAST('torn' AS BLOB)")
    db.exec('CREATE TABLE half (way TEXT)')
    const fill = db.prepare('INSERT INTO half (way) VALUES (zeroblob(3000))')
    for (let row = 0; row < 200; row += 1) fill.run()
    const [file, journal] = [readFileSync(fixture.file), readFileSync(`${fixture.file}-journal`)]
    db.exec('ROLLBACK')
    db.close()
    writeFileSync(fixture.file, file)
    writeFileSync(`${fixture.file}-journal`, journal, { mode: 0o600 })
  }

  it('undoes what a power cut left half done, and only under the right key', async () => {
    await cutInTheMiddleOfAChange()
    await expectRefusal('key_wrong', /the key does not open/, otherKey)
    const store = await fixture.open()
    expect(
      (await store.list({ projects: null, currentOnly: false }, { limit: 10, order: 'oldest' }))[0]?.text,
    ).not.toBe('torn')
    await store.close()
    expect(readdirSync(fixture.directory).filter((name) => /journal|tried/.test(name))).toEqual([])
    readingRaw(fixture.file, (db) => expect(db.pragma('integrity_check', { simple: true })).toBe('ok'))
  })

  async function storeWithOneTurn(): Promise<void> {
    const store = await fixture.open()
    await store.capture([turn({ id: 'kept' })])
    await store.close()
  }

  it.each(ciphers)('finds what it stored under %s, with and without the cipher note', async (cipher) => {
    const first = await fixture.open({ cipher })
    await first.capture([turn({ id: 'kept' })])
    await first.close()
    expect(readFileSync(noteFileOf(fixture.file), 'utf8')).toMatch(`cipher=${cipher} `)
    for (const spoil of [
      () => {},
      () => rmSync(noteFileOf(fixture.file)),
      () => writeFileSync(noteFileOf(fixture.file), 'x'),
    ]) {
      spoil()
      const store = await fixture.open()
      expect(await store.get(['kept'])).toHaveLength(1)
      await store.close()
      expect(readFileSync(noteFileOf(fixture.file), 'utf8')).toMatch(`cipher=${cipher} `)
    }
  })

  it('is for the owner alone', async () => {
    const store = await fixture.open()
    await store.capture([turn()])
    const modes = readdirSync(fixture.directory).map(
      (name) => statSync(join(fixture.directory, name)).mode & 0o777,
    )
    expect(modes.length).toBeGreaterThanOrEqual(4)
    expect(new Set(modes)).toEqual(new Set([0o600]))
    await store.close()
  })

  it('takes from others what they could read of a store that is there, and says so', async () => {
    const first = openInProcess({ file: fixture.file, key: testKey })
    await first.store.capture([turn({ id: 'kept' })])
    const open = ['memory.db', 'memory.db-wal', 'memory.db-shm', 'memory.db.cipher']
    for (const name of open) chmodSync(join(fixture.directory, name), 0o644)
    const said: unknown[] = []
    const warn = (event: string, fields?: object) => void said.push({ event, ...fields })
    const store = await fixture.open({ log: { ...silentLog, warn } })
    expect(said).toEqual(
      open.map((name) => ({
        event: 'store_file_made_private',
        path: join(fixture.directory, name),
        mode_before: '644',
      })),
    )
    for (const name of open) expect(statSync(join(fixture.directory, name)).mode & 0o777).toBe(0o600)
    expect(await store.get(['kept'])).toHaveLength(1)
    await first.store.close()
  })

  it('refuses a wrong key', async () => {
    await storeWithOneTurn()
    await expectRefusal('key_wrong', /nothing was changed/, otherKey)
    expect(await (await fixture.open()).get(['kept'])).toHaveLength(1)
  })

  it('refuses a wrong key also when a killed daemon left a log behind', async () => {
    await storeWithOneTurn()
    const { db, store } = openInProcess({ file: fixture.file, key: testKey })
    await store.capture([turn({ id: 'in the log' })])
    const log = readFileSync(`${fixture.file}-wal`)
    const database = readFileSync(fixture.file)
    db.pragma('journal_mode')
    await store.close()
    writeFileSync(fixture.file, database)
    writeFileSync(`${fixture.file}-wal`, log)
    await expectRefusal('key_wrong', /nothing was changed/, otherKey)
    expect(await (await fixture.open()).get(['kept', 'in the log'])).toHaveLength(2)
  })

  it('refuses a store of a newer format', async () => {
    await storeWithOneTurn()
    readingRaw(fixture.file, (db) => db.pragma(`user_version = ${migrations.length + 1}`))
    await expectRefusal('store_newer', /newer iai-mcp/)
  })

  it.each([
    ['of steps that it has taken already', `PRAGMA user_version = 3`],
    ['without a column', 'ALTER TABLE memory DROP COLUMN speaker'],
    ['without a table', 'DROP TABLE project_words'],
  ])('says what to do with a store of an unreleased format: %s', async (_name, spoil) => {
    await storeWithOneTurn()
    readingRaw(fixture.file, (db) => db.exec(spoil))
    const opening = fixture.open({ key: testKey })
    await expect(opening).rejects.toMatchObject({ name: 'AppError', code: 'store_corrupt' })
    await expect(opening).rejects.toThrow(/not laid out as this version expects.*iai-mcp restore/)
  })

  it('refuses an unencrypted database', async () => {
    const db = new DatabaseConstructor(fixture.file)
    db.exec('CREATE TABLE t (a)')
    db.close()
    await expectRefusal('store_corrupt', /unencrypted SQLite database.*move it away/)
  })

  it.each([
    ['an empty file', Buffer.alloc(0), /is empty/],
    ['a text', Buffer.from('shopping list: walrus'), /not a memory store/],
    [
      'random bytes',
      createHash('shake256', { outputLength: 8_192 }).update('x').digest(),
      /not a memory store/,
    ],
  ])('refuses %s', async (_, content, message) => {
    writeFileSync(fixture.file, content)
    await expectRefusal('store_corrupt', message)
  })

  it('refuses the encrypted database of another program', async () => {
    const db = openRaw(fixture.file)
    db.exec('CREATE TABLE t (a)')
    db.close()
    await expectRefusal('store_corrupt', /another program/)
  })

  it('tells a damaged first page from a wrong key', async () => {
    await storeWithOneTurn()
    const bytes = readFileSync(fixture.file)
    bytes.fill(0x11, 200, 300)
    writeFileSync(fixture.file, bytes)
    await expectRefusal('store_corrupt', /damaged/)
  })

  it('says so when later pages are damaged', async () => {
    await storeWithOneTurn()
    const pageBytes = 4_096
    const pages = statSync(fixture.file).size / pageBytes
    const bytes = readFileSync(fixture.file)
    bytes.fill(0x11, pageBytes, pages * pageBytes)
    writeFileSync(fixture.file, bytes)
    await expect(fixture.open()).rejects.toMatchObject({ name: 'AppError', code: 'store_corrupt' })
  })

  it('does not begin anew beside the log of a missing database', async () => {
    await storeWithOneTurn()
    renameSync(fixture.file, `${fixture.file}-wal`)
    await expectRefusal('store_corrupt', /is missing but its log/)
  })

  it('takes no notice of a creation that was cut short', async () => {
    writeFileSync(`${fixture.file}.new`, 'half a')
    writeFileSync(`${fixture.file}.new-journal`, 'half b')
    await storeWithOneTurn()
    expect(readdirSync(fixture.directory).filter((name) => name.includes('.new'))).toEqual([])
  })

  it('refuses a file that was cut off', async () => {
    await storeWithOneTurn()
    truncateSync(fixture.file, 2_048)
    await expect(fixture.open()).rejects.toMatchObject({ name: 'AppError', code: 'store_corrupt' })
  })

  it('says so when the path is a directory', async () => {
    mkdirSync(fixture.file)
    await expect(fixture.open()).rejects.toMatchObject({
      name: 'AppError',
      code: 'store_corrupt',
      message: expect.stringMatching(/memory\.db is a folder; .*move it away/),
    })
  })

  it('says so when there is no such place', async () => {
    await expect(fixture.open({ file: join(fixture.directory, 'gone', 'memory.db') })).rejects.toMatchObject({
      name: 'AppError',
      code: 'unavailable',
      message: expect.stringMatching(/ENOENT/),
    })
  })
})

describe('migrating', () => {
  let fixture: SqliteFixture
  beforeEach(async () => {
    fixture = await sqliteFixture()
  })
  afterEach(() => fixture.stop())

  it('leaves a failing step undone, with everything before it done', () => {
    const steps = [
      { name: 'one', sql: 'CREATE TABLE one (a); INSERT INTO one VALUES (1);' },
      { name: 'two', sql: 'CREATE TABLE two (a); INSERT INTO nowhere VALUES (1);' },
    ]
    readingRaw(fixture.file, (db) => {
      expect(() => migrate(db, fixture.file, steps)).toThrow(/nowhere/)
      expect(db.pragma('user_version', { simple: true })).toBe(1)
      expect(db.prepare(`SELECT name FROM sqlite_schema`).all()).toEqual([{ name: 'one' }])
      steps[1] = { name: 'two', sql: 'CREATE TABLE two (a);' }
      migrate(db, fixture.file, steps)
      migrate(db, fixture.file, steps)
      expect(db.pragma('user_version', { simple: true })).toBe(2)
      expect(db.prepare('SELECT a FROM one').all()).toEqual([{ a: 1 }])
    })
  })

  it('keys the digests of what an older store had forgotten, and still bars it', async () => {
    const step = migrations.findIndex(({ name }) => name === 'key the digests of forgotten texts')
    const text = 'The alarm code is seven otters.'
    const parts = ['forgotten', 'the alarm code is seven otters']
    const plain = createHash('sha256')
    for (const part of parts) plain.update(`${part.length}:`).update(part, 'utf16le')
    const digest = plain.digest().subarray(0, 16)
    readingRaw(fixture.file, (db) => {
      db.pragma(`application_id = ${applicationId}`)
      migrate(db, fixture.file, migrations.slice(0, step))
      db.prepare(`INSERT INTO forgotten (digest, id, at) VALUES (?, 'gone', 1)`).run(digest)
    })
    const store = await fixture.open()
    expect(await store.capture([turn({ text })])).toEqual([{ status: 'refused', id: 'gone' }])
    await store.close()
    const kept = readingRaw(fixture.file, (db) => db.prepare('SELECT digest FROM forgotten').all())
    expect(kept).toHaveLength(1)
    expect(kept).not.toEqual([{ digest }])
  })
})
