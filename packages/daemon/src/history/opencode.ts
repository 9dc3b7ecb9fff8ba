// OpenCode's history as one source: its databases (opencode.db, and opencode-<channel>.db of other release channels)
// and the JSON files from before there was one. Both give the same ids, so a migrated session counts once.
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { describe, skippedFile, walk } from './files.ts'
import { readOpenCodeDatabase, undoneInDatabase } from './opencode-database.ts'
import { openCodeClient } from './opencode-rows.ts'
import { discoverOpenCodeStorage, readOpenCodeSession, undoneInSession } from './opencode-storage.ts'
import type { Discovered, HistorySource } from './source.ts'

export interface OpenCodeOptions {
  /** `<data folder>/opencode` */
  readonly dataFolder: string
  /** A database elsewhere ($OPENCODE_DB) instead of the data folder's. */
  readonly database: string | null
}

export function createOpenCodeSource({ dataFolder, database }: OpenCodeOptions): HistorySource {
  const storage = `${dataFolder}/storage`
  return {
    client: openCodeClient,
    async *discover(signal) {
      yield* database === null ? databasesIn(dataFolder, signal) : databaseAt(database)
      yield* discoverOpenCodeStorage(storage, signal)
    },
    read(file, fromOffset, signal) {
      return isDatabase(basename(file.path)) || file.path === database
        ? readOpenCodeDatabase(file.path, fromOffset, signal)
        : readOpenCodeSession(storage, file, fromOffset, signal)
    },
    async *takenBack(file) {
      yield* isDatabase(basename(file.path)) || file.path === database
        ? undoneInDatabase(file.path)
        : await undoneInSession(file)
    },
  }
}

const isDatabase = (name: string): boolean => /^opencode(?:-[\w.-]+)?\.db$/u.test(name)

async function* databasesIn(folder: string, signal: AbortSignal): AsyncGenerator<Discovered> {
  for await (const found of walk(folder, isDatabase, signal, 0)) {
    if (found.kind === 'file') yield* databaseAt(found.path)
    else if (found.path === folder || isDatabase(basename(found.path))) {
      yield skippedFile(found.path, found.kind, found.detail)
    }
  }
}

/** A database's last changes may be in its write-ahead log only; both count for its size and time. */
async function* databaseAt(path: string): AsyncGenerator<Discovered> {
  const found = await describe(path, openCodeClient, 'always')
  if (found.kind === 'skipped') {
    if (found.skipped.detail !== 'ENOENT') yield found
    return
  }
  const log = await stat(`${path}-wal`).catch(() => ({ size: 0, mtimeMs: 0 }))
  const bytes = found.file.bytes + log.size
  // An empty log appears when anyone reads a database that was closed; it is no change.
  const modifiedAt = Math.max(found.file.modifiedAt, log.size > 0 ? Math.floor(log.mtimeMs) : 0)
  yield { kind: 'file', file: { ...found.file, bytes, modifiedAt } }
}
