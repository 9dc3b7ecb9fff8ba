// What the spool syncs before it says that turns are kept, in which order. That this is enough is shown by cutting the power
// on a simulated disk (test/crash/scenarios/power-intake.ts).
import { statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { tempDir } from '../../../test/support/temp-dir.ts'
import { makeDurableFolder, syncFolder } from '../src/durable-folder.ts'
import { createSpool } from '../src/spool.ts'

const synced = vi.hoisted(() => [] as string[])
vi.mock('node:fs/promises', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs/promises')>()
  const open: typeof fs.open = async (path, flags, mode) => {
    const file = await fs.open(path, flags, mode)
    const noting = (sync: () => Promise<void>) => async () => {
      await sync.call(file)
      synced.push(String(path))
    }
    return Object.assign(file, { sync: noting(file.sync), datasync: noting(file.datasync) })
  }
  return { ...fs, open }
})
beforeEach(() => void synced.splice(0))

const batch = { client: 'test', session_id: 's', turns: [{ text: 'hello', role: 'user' as const }] }

test('the first turns: each folder that was made, then the file, then its name', async () => {
  const home = tempDir()
  const dataDir = join(home, 'deep', 'data')
  const folder = join(dataDir, '.deferred-captures')
  await createSpool({ dataDir }).append(batch)
  expect(synced).toEqual([home, join(home, 'deep'), dataDir, join(folder, 'test-s.jsonl'), folder, dataDir])
})

test('later turns: the file, and again the names, which another process may have left unsynced', async () => {
  const dataDir = tempDir()
  const spool = createSpool({ dataDir })
  await spool.append(batch)
  synced.splice(0)
  await spool.append(batch)
  const folder = join(dataDir, '.deferred-captures')
  expect(synced).toEqual([join(folder, 'test-s.jsonl'), folder, dataDir])
})

test('folders and files are ours alone to use, whatever the umask takes away', async () => {
  const dataDir = join(tempDir(), 'deep', 'data')
  const folder = join(dataDir, '.deferred-captures')
  const before = process.umask(0o277)
  onTestFinished(() => void process.umask(before))
  await createSpool({ dataDir }).append(batch)
  const modes = [dirname(dataDir), dataDir, folder, join(folder, 'test-s.jsonl')].map(
    (made) => statSync(made).mode & 0o777,
  )
  expect(modes).toEqual([0o700, 0o700, 0o700, 0o600])
})

test('a file in the place of a folder is said', async () => {
  const file = join(tempDir(), 'a-file')
  writeFileSync(file, '')
  await expect(makeDurableFolder(file)).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeDurableFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
})

test('a folder that is there is not made again; one that is not there cannot be synced', async () => {
  const folder = tempDir()
  await makeDurableFolder(folder)
  expect(synced).toEqual([])
  await expect(syncFolder(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' })
})
