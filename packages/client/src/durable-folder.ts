// Folders that outlast a power cut. A name is kept by the folder it stands in: what was written and synced under a name
// that its folder has not on disk yet is gone with it.
import { chmod, type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from './client-error.ts'

/**
 * Makes a private folder and what leads to it, unless it is there. What it made is on disk when it resolves. One by one:
 * mkdir subtracts the umask, which may take away even the owner's right to go on below.
 */
export async function makeDurableFolder(path: string): Promise<void> {
  try {
    await makeOne(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    await makeDurableFolder(dirname(path))
    await makeOne(path)
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return
    throw error
  }
  await chmod(path, 0o700)
  await syncFolder(dirname(path))
}

/** The names in it are on disk when it resolves. Costs next to nothing while none has changed. */
export async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined
  try {
    folder = await open(path, 'r')
    await folder.sync()
  } catch (error) {
    // One above ours that we may not list, or a system that syncs no folders: its names are the file system's to keep.
    if (!unsyncable.includes(errnoOf(error) ?? '')) throw error
  } finally {
    await folder?.close()
  }
}

const unsyncable: readonly string[] = ['EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP']
