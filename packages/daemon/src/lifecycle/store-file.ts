// Where the store of a data directory is, and where one is made that will take its place.
import { join } from 'node:path'

export function storeFilePath(dataDir: string): string {
  return join(dataDir, 'memory.db')
}

/** Holds nothing that anybody relies on: whoever has the lock may remove it. */
export function storeDraftPath(dataDir: string): string {
  return join(dataDir, 'memory.db.next')
}
