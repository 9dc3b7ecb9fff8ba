// Where the store of a data directory is.
import { join } from 'node:path'

export function storeFilePath(dataDir: string): string {
  return join(dataDir, 'memory.db')
}
