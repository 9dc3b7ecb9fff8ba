// What Node leaves out about files and folders: being on disk for good, and whether there is anything in them.
import { chmodSync, closeSync, constants, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf } from './errors.ts'

/** False also when there is no such file. */
export function hasContent(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** On disk when it returns. A new name is in its folder: only a synced folder is sure to still have it after a power cut. */
export function syncPath(path: string): void {
  const fd = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * As syncPath, for the names in a folder that need not be ours: where it may not be opened, or the system syncs no
 * folders, its names are the file system's to keep.
 */
export function syncNamesIn(folder: string): void {
  try {
    syncPath(folder)
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP'].includes(errnoOf(error) ?? '')) throw error
  }
}

/**
 * Makes a folder (0700) and what leads to it, unless it is there. What it made is on disk when it returns. One by one:
 * mkdir subtracts the umask, which may take away even the owner's right to go on below.
 */
export function makeDurableFolder(path: string): void {
  try {
    makeOne(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    makeDurableFolder(dirname(path))
    makeOne(path)
  }
}

function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && statSync(path).isDirectory()) return
    throw error
  }
  chmodSync(path, 0o700)
  syncNamesIn(dirname(path))
}
