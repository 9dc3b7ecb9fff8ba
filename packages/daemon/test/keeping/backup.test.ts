// Backups and restores: a backup is whole or not there, opens with nothing but its key, and what a restore brings back
// is all of it but what was forgotten since.
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { readKey } from '../../src/lifecycle/key.ts'
import { keyLines, parseRecoverySheet } from '../../src/lifecycle/recovery-sheet.ts'
import { storeFilePath } from '../../src/lifecycle/store-file.ts'
import { backUpHeld } from '../../src/maintenance/copies.ts'
import { type HeldDataDir, holdDataDir } from '../../src/maintenance/holding.ts'
import { putUnderKey } from '../../src/maintenance/keys.ts'
import { previewRestore, type RestorePoint, restore } from '../../src/maintenance/restoring.ts'
import { freeBackupPath, listBackups, outdatedBackups } from '../../src/store/backup-folder.ts'
import { readBackupNote } from '../../src/store/backup-note.ts'
import { backupPoints } from '../../src/store/sqlite/backing-up.ts'
import { fact, turn } from '../store/support/invented.ts'
import { createPlace, type KeptPlace, keptIds, placeWithStore, secretText } from './support/place.ts'

const passphrase = 'an invented passphrase'

async function holding<T>(place: KeptPlace, work: (held: HeldDataDir) => T | Promise<T>, words?: string) {
  const held = await holdDataDir(place.config(words), 'from nothing')
  try {
    return await work(held)
  } finally {
    held.release()
  }
}

/** Backed up into `one.backup` of its own directory. */
async function backedUp(words?: string): Promise<{ place: KeptPlace; file: string }> {
  const place = await placeWithStore(words)
  const file = join(place.dataDir, 'one.backup')
  await holding(place, (held) => backUpHeld(held, file), words)
  return { place, file }
}

const from = (file: string) => ({ file, sheet: null, ignoreForgotten: false })

describe('a backup', () => {
  test('is private, encrypted, and says what it is without saying what is in it', async () => {
    const { place, file } = await backedUp()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const bytes = readFileSync(file)
    for (const text of ['the port is', 'invented turn', 'example.org', secretText]) {
      expect(bytes.includes(text)).toBe(false)
    }
    const key = (await readKey(place.dataDir, null)).key
    expect(bytes.includes(key.toString('hex'))).toBe(false)
    expect(readBackupNote(file)).toMatchObject({ memories: 4, sessions: 1, key_parameters: null })
  })

  test.each(backupPoints)('of a run that is killed at "%s" is whole or not there', async (point) => {
    const place = await placeWithStore()
    expect(await place.runUntil('back up', point)).toBe('SIGKILL')
    const file = join(place.dataDir, 'one.backup')
    expect(existsSync(file)).toBe(point === 'in place')
    expect(await place.ids()).toHaveLength(4)
    await holding(place, (held) => backUpHeld(held, file))
    expect(readdirSync(place.dataDir).filter((name) => name.includes('unfinished'))).toEqual([])
  })

  test('is made while the store is being written', async () => {
    const { place, file } = await backedUp()
    const second = join(place.dataDir, 'second.backup')
    await holding(place, (held) =>
      place.withStore(async (store) => {
        await store.capture([turn({ id: 'before' })])
        backUpHeld(held, second)
        await store.capture([turn({ id: 'after' })])
      }),
    )
    expect(readBackupNote(second)?.memories).toBe(5)
    expect(readBackupNote(second)?.state).not.toBe(readBackupNote(file)?.state)
    expect(readBackupNote(second)?.store).toBe(readBackupNote(file)?.store)
  })

  test('of a store in which nothing has changed says so', async () => {
    const { place, file } = await backedUp()
    const second = join(place.dataDir, 'second.backup')
    await place.withStore((store) => store.recordEvent({ at: 1, kind: 'started', data: {} }))
    await holding(place, (held) => backUpHeld(held, second))
    expect(readBackupNote(second)?.state).toBe(readBackupNote(file)?.state)
    await place.withStore((store) => store.setProfile({ identity: 'Ada' }))
    rmSync(second)
    await holding(place, (held) => backUpHeld(held, second))
    expect(readBackupNote(second)?.state).not.toBe(readBackupNote(file)?.state)
  })
})

describe('restoring', () => {
  test('brings back what was there, keeps what it replaces, and can be taken back', async () => {
    const { place, file } = await backedUp()
    await place.withStore((store) => store.capture([turn({ id: 'since' })]))
    const done = await holding(place, (held) => restore(held, from(file)))
    expect(new Set(await place.ids())).toEqual(new Set(keptIds))
    const aside = done.aside ?? ''
    expect(statSync(aside).mode & 0o777).toBe(0o600)
    await holding(place, (held) => restore(held, from(aside)))
    expect(new Set(await place.ids())).toEqual(new Set([...keptIds, 'since']))
  })

  test('says beforehand what would be lost and what would come back, and changes nothing by it', async () => {
    const { place, file } = await backedUp()
    await place.withStore(async (store) => {
      await store.capture([turn({ id: 'since', saidAt: 9_000 })])
      await store.pin('turn-1', 'project')
      await store.forget(['turn-2'], 8_000)
    })
    const before = readFileSync(storeFilePath(place.dataDir))
    const { comparison } = await previewRestore(place.config(), from(file))
    expect(comparison).toEqual({
      lost: { count: 1, newest: [{ id: 'since', role: 'user', saidAt: 9_000 }] },
      comeBack: 0,
      forgottenSince: 1,
      changed: 1,
    })
    expect(readFileSync(storeFilePath(place.dataDir))).toEqual(before)
  })

  test('does not bring back what was forgotten since, nor lets it in again', async () => {
    const place = await placeWithStore()
    const file = join(place.dataDir, 'one.backup')
    const words = 'another sentence that somebody regrets to have said'
    await place.withStore((store) => store.capture([turn({ id: 'regretted', text: words })]))
    await holding(place, (held) => backUpHeld(held, file))
    await place.withStore((store) => store.forget(['regretted'], 7_000))
    const done = await holding(place, (held) => restore(held, from(file)))
    expect(done.forgottenAgain).toBe(1)
    expect(new Set(await place.ids())).toEqual(new Set(keptIds))
    const again = await place.withStore((store) =>
      store.capture([turn({ text: words }), turn({ text: secretText })]),
    )
    expect(again.map(({ status }) => status)).toEqual(['refused', 'refused'])
  })

  test('does not bring back a session that was forgotten since, nor lets it in again', async () => {
    const gone = { client: 'opencode', session: 'deleted' }
    const said = turn({
      ...gone,
      id: 'regretted',
      messageId: 'm1',
      text: 'Long words of a session that was deleted',
    })
    const place = await placeWithStore()
    const file = join(place.dataDir, 'one.backup')
    await place.withStore((store) => store.capture([said]))
    await holding(place, (held) => backUpHeld(held, file))
    await place.withStore(async (store) => {
      await store.barSession(gone, 'bar', 7_000)
      await store.forget(['regretted'], 7_000, Number.POSITIVE_INFINITY, false)
    })
    const done = await holding(place, (held) => restore(held, from(file)))
    expect(done.forgottenAgain).toBe(1)
    expect(await place.withStore((store) => store.capture([{ ...said, id: 'again' }]))).toMatchObject([
      { status: 'refused' },
    ])
  })

  test('keeps the same words where they were not forgotten', async () => {
    const place = await placeWithStore()
    const file = join(place.dataDir, 'one.backup')
    const words = 'words that were said in two places'
    await place.withStore((store) =>
      store.capture([
        turn({ id: 'here', text: words }),
        turn({ id: 'there', text: words, session: 'ses_2' }),
      ]),
    )
    await holding(place, (held) => backUpHeld(held, file))
    await place.withStore((store) => store.forget(['here'], 7_000))
    await holding(place, (held) => restore(held, from(file)))
    expect(new Set(await place.ids())).toEqual(new Set([...keptIds, 'there']))
  })

  test('opens a backup from before the key was changed, twice', async () => {
    const { place, file } = await backedUp()
    await holding(place, (held) => putUnderKey(held, { kind: 'key file' }))
    await holding(place, (held) => putUnderKey(held, { kind: 'passphrase', passphrase }))
    await holding(place, (held) => restore(held, from(file)), passphrase)
    expect(new Set(await place.ids(passphrase))).toEqual(new Set(keptIds))
  })

  test('on another machine needs the passphrase, and nothing else', async () => {
    const { file } = await backedUp(passphrase)
    const other = createPlace()
    await holding(other, (held) => restore(held, from(file)), passphrase)
    expect(new Set(await other.ids(passphrase))).toEqual(new Set(keptIds))
    const wrong = holding(createPlace(), (held) => restore(held, from(file)), 'not that passphrase')
    await expect(wrong).rejects.toMatchObject({
      code: 'key_wrong',
      message: expect.stringContaining('--sheet'),
    })
  })

  test('on another machine with the recovery sheet of a random key', async () => {
    const { place, file } = await backedUp()
    const sheet = parseRecoverySheet(keyLines((await readKey(place.dataDir, null)).key).join('\n'))
    const other = createPlace()
    await expect(holding(other, (held) => restore(held, from(file)))).rejects.toMatchObject({
      code: 'key_wrong',
    })
    await holding(other, (held) => restore(held, { ...from(file), sheet }))
    expect(new Set(await other.ids())).toEqual(new Set(keptIds))
    const again = await other.withStore((store) => store.capture([turn({ text: secretText })]))
    expect(again[0]?.status).toBe('refused')
  })

  test('of a damaged store asks first, because nobody knows what it had forgotten', async () => {
    const { place, file } = await backedUp()
    writeFileSync(storeFilePath(place.dataDir), 'this is no database any more'.repeat(300))
    // Undoes something in the damaged file; it must not be taken for one of the file that takes its place.
    writeFileSync(`${storeFilePath(place.dataDir)}-journal`, 'x'.repeat(5_000))
    await expect(holding(place, (held) => restore(held, from(file)))).rejects.toThrow('--ignore-forgotten')
    const done = await holding(place, (held) => restore(held, { ...from(file), ignoreForgotten: true }))
    expect(new Set(await place.ids())).toEqual(new Set(keptIds))
    expect(readFileSync(join(done.aside ?? '', 'memory.db'), 'utf8')).toContain('no database any more')
    expect(readdirSync(done.aside ?? '')).toContain('memory.db-journal')
    expect(existsSync(`${storeFilePath(place.dataDir)}-journal`)).toBe(false)
  })

  test.each([
    ['a store', (file: string, dataDir: string) => copyFileSync(storeFilePath(dataDir), file)],
    ['a short file', (file: string) => writeFileSync(file, 'x')],
    ['half a backup', (file: string) => truncateSync(file, 50_000)],
  ])('refuses %s', async (_, spoil) => {
    const { place, file } = await backedUp()
    spoil(file, place.dataDir)
    await expect(holding(place, (held) => restore(held, from(file)))).rejects.toMatchObject({
      code: 'store_corrupt',
    })
    expect(await place.ids()).toHaveLength(4)
  })

  test('refuses a backup with a bad page in the middle, and leaves the store alone', async () => {
    const { place, file } = await backedUp()
    const bytes = readFileSync(file)
    bytes.fill(0x55, 3 * 4096 + 100, 3 * 4096 + 200)
    writeFileSync(file, bytes)
    await expect(holding(place, (held) => restore(held, from(file)))).rejects.toMatchObject({
      code: 'store_corrupt',
    })
    expect(await place.ids()).toHaveLength(4)
    expect(existsSync(join(place.dataDir, 'memory.db.next'))).toBe(false)
  })

  const points: readonly RestorePoint[] = [
    'copied',
    'in place',
    'backup copied',
    'forgotten again',
    'present one aside',
    'swapped',
  ]
  test.each(points)('killed at "%s" leaves one whole store, the old or the new', async (point) => {
    const { place } = await backedUp()
    await place.withStore(async (store) => {
      await store.capture([turn({ id: 'since' }), fact({ id: 'fact-3', text: 'said since' })])
      await store.forget(['turn-2'], 8_000)
    })
    expect(await place.runUntil('restore', point)).toBe('SIGKILL')
    const old = ['turn-1', 'fact-1', 'fact-2', 'since', 'fact-3']
    const restored = ['turn-1', 'fact-1', 'fact-2']
    expect(new Set(await place.ids())).toEqual(new Set(point === 'swapped' ? restored : old))
    expect(readdirSync(place.dataDir).filter((name) => name.includes('.next'))).toEqual([])
  })
})

test('the newest of a store are kept, those of another are not counted', async () => {
  const { file } = await backedUp()
  const { file: foreign } = await backedUp()
  const folder = tempDir()
  for (const day of [1, 2, 3, 4]) {
    const at = Date.UTC(2026, 0, day)
    copyFileSync(day === 2 ? foreign : file, freeBackupPath(folder, at))
  }
  writeFileSync(join(folder, 'iai-mcp-20260105T000000Z.backup'), 'not one of ours')
  const listed = listBackups(folder)
  expect(listed).toHaveLength(4)
  const store = readBackupNote(file)?.store ?? ''
  expect(outdatedBackups(listed, store, 1)).toHaveLength(2)
  expect(outdatedBackups(listed, store, 3)).toHaveLength(0)
})
