// doctor reads the store and the model, and tells each kind of damage apart.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { tempDir } from '../../../../../test/support/temp-dir.ts'
import { model } from '../../../src/cli/doctor/store-checks.ts'
import type { Subject } from '../../../src/cli/doctor/subject.ts'
import { readPackageInfo } from '../../../src/lifecycle/package-info.ts'
import { storeFilePath } from '../../../src/lifecycle/store-file.ts'
import { doctor, hour, spoil, storeOfThree } from './support.ts'

// It also looks at the hosts of whoever runs it.
beforeEach(() => void vi.stubEnv('HOME', tempDir()))
afterEach(() => void vi.unstubAllEnvs())

describe('the store', () => {
  test('that is whole is called so, in a sample and deep', async () => {
    const { dataDir } = await storeOfThree()
    for (const args of [[], ['--deep']]) {
      const { one } = await doctor(dataDir, ...args)
      expect(one('store')).toMatchObject({ state: 'ok', found: 'whole; 3 memories' })
      expect(one('index')).toMatchObject({ state: 'ok', found: 'agrees with the texts (all 3)' })
      expect(one('clock')?.state).toBe('ok')
    }
  })

  test.each<[string, (db: Database) => void]>([
    [
      'an entry that is missing',
      (db) => db.exec('DELETE FROM passage_index WHERE rowid = (SELECT min(seat) FROM passage)'),
    ],
    [
      'an entry of other words',
      (db) => db.exec("UPDATE passage_index SET terms = 'tea' WHERE rowid = (SELECT min(seat) FROM passage)"),
    ],
    [
      'a passage that is missing',
      (db) => db.exec('DELETE FROM passage WHERE seat = (SELECT min(seat) FROM passage)'),
    ],
    [
      'a passage of another text',
      (db) =>
        db.exec(
          'UPDATE passage SET terms = substr(terms, 1, 10) WHERE seat = (SELECT min(seat) FROM passage)',
        ),
    ],
    [
      'a text that was altered',
      (db) => db.exec("UPDATE memory SET text = 'The kettle is red.' WHERE seq = 1"),
    ],
  ])('with %s in its index', async (_name, how) => {
    const { dataDir, ids } = await storeOfThree()
    await spoil(dataDir, how)
    const { one, code } = await doctor(dataDir)
    expect(one('index')).toMatchObject({
      state: 'fail',
      found: `does not agree with 1 of 3 texts: ${ids[0]}`,
      remedy: expect.stringContaining('the texts are there'),
    })
    expect(code).toBe(1)
  })

  test('with a row that names nothing', async () => {
    const { dataDir } = await storeOfThree()
    await spoil(dataDir, (db) => db.exec('UPDATE memory SET project = 999 WHERE seq = 2'))
    expect((await doctor(dataDir)).one('store')).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('memory names a missing project'),
      remedy: expect.stringContaining('restore a backup'),
    })
  })

  test('that miscounts: seen by --deep', async () => {
    const { dataDir } = await storeOfThree()
    await spoil(dataDir, (db) => db.exec("UPDATE counter SET value = 5 WHERE name = 'memories'"))
    expect((await doctor(dataDir)).one('store')?.state).toBe('ok')
    expect((await doctor(dataDir, '--deep')).one('store')).toMatchObject({
      state: 'warn',
      found: 'counts 2 memories more or fewer than it holds',
    })
  })

  test('whose pages are damaged', async () => {
    const { dataDir } = await storeOfThree()
    const file = storeFilePath(dataDir)
    const bytes = readFileSync(file)
    for (let at = 4_096 * 3 + 100; at < bytes.length; at += 4_096) bytes[at] = (bytes[at] ?? 0) ^ 0xff
    writeFileSync(file, bytes)
    const { one, code } = await doctor(dataDir)
    expect(one('store')).toMatchObject({ state: 'fail', found: expect.stringContaining('is damaged') })
    expect(code).toBe(1)
  })

  test('that the key does not open, or that is no store', async () => {
    const { dataDir } = await storeOfThree()
    writeFileSync(join(dataDir, '.key'), `${'0'.repeat(64)}\n`)
    expect((await doctor(dataDir)).one('store')).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('the key does not open'),
    })
    writeFileSync(storeFilePath(dataDir), 'not a store at all'.repeat(100))
    expect((await doctor(dataDir)).one('store')?.state).toBe('fail')
  })

  test('whose key is gone', async () => {
    const { dataDir } = await storeOfThree()
    rmSync(join(dataDir, '.key'))
    const { one, code } = await doctor(dataDir, '--fix')
    expect(one('key')).toMatchObject({
      state: 'fail',
      remedy: expect.stringMatching(/key|backup|passphrase/),
    })
    expect(existsSync(join(dataDir, '.key'))).toBe(false)
    expect(code).toBe(1)
  })

  test('of another version', async () => {
    const { dataDir } = await storeOfThree()
    await spoil(dataDir, (db) => db.pragma('user_version = 99'))
    expect((await doctor(dataDir)).one('store')).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('was written by a newer iai-mcp'),
    })
    expect((await doctor(dataDir, '--fix')).one('store')?.state).toBe('fail')
  })

  test('with memories from the future', async () => {
    const { dataDir } = await storeOfThree(Date.now() + 30 * hour)
    expect((await doctor(dataDir)).one('clock')).toMatchObject({
      state: 'warn',
      found: expect.stringMatching(/^3 memories dated later than now/),
      remedy: expect.stringContaining('clock'),
    })
  })

  test('is only looked at: no file of it is changed, but for the log that reading makes', async () => {
    const { dataDir } = await storeOfThree()
    const before = readFileSync(storeFilePath(dataDir))
    await doctor(dataDir, '--deep', '--fix')
    expect(readFileSync(storeFilePath(dataDir)).equals(before)).toBe(true)
  })
})

describe('the model', () => {
  const subject = (packageFolder: string) => ({ packageFolder, deep: false }) as Subject

  test('that is whole, missing, or damaged', async () => {
    const { folder } = readPackageInfo()
    expect(await model(subject(folder))).toMatchObject({ state: 'ok' })
    const place = tempDir()
    expect(await model(subject(place))).toMatchObject({ state: 'fail', remedy: 'install iai-mcp again' })
    mkdirSync(join(place, 'assets'))
    const [name = ''] = readdirSync(join(folder, 'assets')).filter((file) => file.endsWith('.bin'))
    const copy = join(place, 'assets', name)
    copyFileSync(join(folder, 'assets', name), copy)
    const bytes = readFileSync(copy)
    bytes[1_000_000] = (bytes[1_000_000] ?? 0) ^ 1
    writeFileSync(copy, bytes)
    await expect(model(subject(place))).rejects.toThrow(/damaged; reinstall iai-mcp/)
  })
})
