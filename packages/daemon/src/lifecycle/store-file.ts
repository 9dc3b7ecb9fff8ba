// Where the store of a data directory is, where one is made that will take its place, and how it does.
import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hasContent, syncPath } from '../kit/files.ts'

export function storeFilePath(dataDir: string): string {
  return join(dataDir, 'memory.db')
}

/** SQLite leaves an empty file when a first start is cut short: that is no store yet. */
export function hasStore(dataDir: string): boolean {
  return hasContent(storeFilePath(dataDir))
}

/** Holds nothing that anybody relies on: whoever has the lock may remove it. */
export function storeDraftPath(dataDir: string): string {
  return join(dataDir, 'memory.db.next')
}

/** The draft becomes the store, in one step; durable when it returns. The log of the former one must be empty, or kept. */
export function putDraftInPlace(dataDir: string): void {
  const file = storeFilePath(dataDir)
  // They belong to the former file; SQLite would take a log for one of the file that stands there next.
  for (const suffix of ['-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true })
  renameSync(storeDraftPath(dataDir), file)
  syncPath(dataDir)
}
