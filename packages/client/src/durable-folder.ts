// Folders that outlast a power cut. A name is kept by the folder it stands in: what was written and synced under a name
// that its folder has not on disk yet is gone with it.
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from './client-error.ts'

/** Makes a private folder and what leads to it, unless it is there. What it made is on disk when it resolves. */
export async function makeDurableFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; ; made = dirname(made)) {
    await syncFolder(dirname(made))
    if (made === first || made === dirname(made)) return
  }
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
