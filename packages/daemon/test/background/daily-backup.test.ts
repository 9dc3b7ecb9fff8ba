import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { createDailyBackup, type DailyBackupOptions } from '../../src/background/daily-backup.ts'
import { limits } from '../../src/kit/limits.ts'
import { silentLog } from '../../src/kit/log.ts'
import { appendBackupNote, type BackupNote } from '../../src/store/backup-note.ts'

const hour = 3_600_000
const day = 24 * hour
const store = 'a'.repeat(16)

/** A daemon that has run long enough, and a store whose content is called `state`. */
function daily(changes: Partial<DailyBackupOptions> = {}) {
  const folder = join(tempDir(), 'backups')
  const world = { at: Date.UTC(2026, 0, 1), state: '1'.repeat(16), made: 0, failing: false }
  const startedAt = world.at
  const task = createDailyBackup({
    folder,
    keep: 3,
    storeBytes: () => 1_000,
    facts: async () => ({ store, state: world.state }),
    async backUp(target) {
      if (world.failing) throw new Error('the disk broke')
      writeFileSync(target, 'x'.repeat(8192), { mode: 0o600 })
      const note: BackupNote = {
        version: 1,
        made_at: world.at,
        made_by: 'test',
        store,
        state: world.state,
        key_check: '0'.repeat(16),
        cipher: 'aegis',
        key_parameters: null,
        schema_version: 4,
        memories: 1,
        sessions: 1,
        newest_said_at: null,
      }
      appendBackupNote(target, note)
      world.made += 1
      return note
    },
    store: { recordEvent: async () => {} },
    now: () => world.at,
    startedAt,
    paused: () => false,
    log: silentLog,
    ...changes,
  })
  const after = async (ms: number, state = world.state) => {
    world.at += ms
    world.state = state
    await task.run(new AbortController().signal)
    return world.made
  }
  return { folder, world, after }
}

const other = (digit: number) => String(digit).repeat(16)

test('one a day at most, none when nothing has changed, the newest kept', async () => {
  const { folder, after } = daily()
  expect(await after(limits.backupAfterMs - 1)).toBe(0)
  expect(await after(1)).toBe(1)
  expect(await after(2 * hour, other(2))).toBe(1)
  expect(await after(day)).toBe(2)
  expect(await after(2 * day)).toBe(2)
  for (const digit of [3, 4, 5]) await after(day, other(digit))
  expect(readdirSync(folder)).toHaveLength(3)
  expect(readdirSync(folder).sort().at(0)).toContain('20260105')
})

test('a failure is tried again an hour later, not at every look', async () => {
  const { world, after } = daily()
  world.failing = true
  await expect(after(day)).rejects.toThrow('the disk broke')
  world.failing = false
  expect(await after(hour / 2)).toBe(0)
  expect(await after(hour / 2)).toBe(1)
})

test('what a killed run left is removed, other files are not', async () => {
  const { folder, after } = daily()
  await after(day)
  const left = join(folder, 'iai-mcp-20260101T000000Z.backup.unfinished')
  writeFileSync(left, 'x')
  writeFileSync(join(folder, 'mine.txt'), 'x')
  await after(2 * day, other(2))
  expect(existsSync(left)).toBe(false)
  expect(existsSync(join(folder, 'mine.txt'))).toBe(true)
})

test('one that was made while the clock was ahead holds up no other', async () => {
  const { world, folder, after } = daily({ keep: 1 })
  expect(await after(1_000 * day)).toBe(1)
  expect(await after(-999 * day, other(2))).toBe(2)
  expect(readdirSync(folder).some((name) => name.includes('20260102'))).toBe(true)
  expect(await after(hour, other(3))).toBe(2)
  world.state = other(4)
  expect(await after(day)).toBe(3)
})

test('none on a disk that is nearly full, or while paused', async () => {
  expect(await daily({ storeBytes: () => 1e18 }).after(day)).toBe(0)
  expect(await daily({ paused: () => true }).after(day)).toBe(0)
})
