// Private from their first moment on, and what a killed writer leaves behind does not stay.
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { makeDurableFolder } from '../../src/kit/files.ts'
import { removeUnfinished, writePrivateFile } from '../../src/kit/private-file.ts'

// What another user could have opened in the moment after it was made, had the folder let them.
const modesAtFirst = vi.hoisted(() => [] as string[])
const synced = vi.hoisted(() => [] as string[])
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>()
  const paths = new Map<number, string>()
  const openSync: typeof fs.openSync = (path, flags, mode) => {
    const isNew = !fs.existsSync(path)
    const fd = fs.openSync(path, flags, mode)
    paths.set(fd, String(path))
    if (isNew) modesAtFirst.push((fs.fstatSync(fd).mode & 0o777).toString(8))
    return fd
  }
  const fsyncSync: typeof fs.fsyncSync = (fd) => {
    fs.fsyncSync(fd)
    synced.push(paths.get(fd) ?? '')
  }
  return { ...fs, openSync, fsyncSync }
})

test.each([0o000, 0o022, 0o077])('a private file is 0600 from its creation (umask %i)', (umask) => {
  const before = process.umask(umask)
  onTestFinished(() => void process.umask(before))
  modesAtFirst.splice(0)
  const path = join(tempDir(), '.http.token')
  writePrivateFile(path, 'one')
  writePrivateFile(path, 'two')
  expect(modesAtFirst).toEqual(['600', '600'])
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['two', 0o600])
})

test('a new folder is on disk with all that leads to it', () => {
  const home = tempDir()
  synced.splice(0)
  makeDurableFolder(join(home, 'a', 'b', 'c'))
  expect(synced).toEqual([home, join(home, 'a'), join(home, 'a', 'b')])
  expect(statSync(join(home, 'a', 'b', 'c')).mode & 0o777).toBe(0o700)
  synced.splice(0)
  makeDurableFolder(join(home, 'a', 'b', 'c'))
  expect(synced).toEqual([])
})

test('unfinished files that nobody has touched for a while go; everything else stays', () => {
  const folder = tempDir()
  writePrivateFile(join(folder, '.key'), 'whole')
  const names = ['.key.0123456789ab.tmp', '.key.ba9876543210.tmp', 'notes.tmp', '.key.0123456789ab.tmp.txt']
  for (const name of names) writeFileSync(join(folder, name), 'half')
  const old = ['.key', ...names].filter((name) => name !== '.key.ba9876543210.tmp')
  for (const name of old) utimesSync(join(folder, name), 1_000, 1_000)
  expect(removeUnfinished(folder, 2_000_000)).toEqual(['.key.0123456789ab.tmp'])
  expect(readdirSync(folder).sort()).toEqual(
    ['.key', '.key.0123456789ab.tmp.txt', '.key.ba9876543210.tmp', 'notes.tmp'].sort(),
  )
})
