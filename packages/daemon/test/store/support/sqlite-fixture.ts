// A store in a temporary directory, and ways to look at its file from outside.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import DatabaseConstructor, { type Database } from 'better-sqlite3-multiple-ciphers'
import type { AppError } from '../../../src/kit/errors.ts'
import { silentLog } from '../../../src/kit/log.ts'
import type { Cipher } from '../../../src/store/sqlite/cipher-note.ts'
import { openSqliteStore, type SqliteStoreOptions } from '../../../src/store/sqlite/sqlite-store.ts'
import type { Store } from '../../../src/store/store.ts'

export const threadEntry = new URL('./store-thread.ts', import.meta.url)

export const testKey = Buffer.alloc(32, 0x5a)

export interface SqliteFixture {
  readonly directory: string
  readonly file: string
  open(options?: Partial<SqliteStoreOptions>): Promise<Store>
  /** Every error that `onFatal` was called with. */
  readonly fatal: readonly AppError[]
  /** Closes what is open and removes the directory. */
  stop(): Promise<void>
}

export async function sqliteFixture(): Promise<SqliteFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'iai-store-'))
  const file = join(directory, 'memory.db')
  const opened: Store[] = []
  const fatal: AppError[] = []
  return {
    directory,
    file,
    fatal,
    async open(options = {}) {
      const onFatal = (error: AppError): void => {
        fatal.push(error)
      }
      const store = await openSqliteStore({
        file,
        key: testKey,
        log: silentLog,
        onFatal,
        threadEntry,
        ...options,
      })
      opened.push(store)
      return store
    },
    async stop() {
      for (const store of opened) await store.close().catch(() => {})
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The decrypted database, for looking and for spoiling. The caller closes it. */
export function openRaw(file: string, cipher: Cipher = 'aegis', key: Buffer = testKey): Database {
  const db = new DatabaseConstructor(file)
  db.pragma(`cipher = '${cipher}'`)
  db.pragma(`key = 'raw:${key.toString('hex')}'`)
  return db
}

export function readingRaw<T>(file: string, read: (db: Database) => T): T {
  const db = openRaw(file)
  try {
    return read(db)
  } finally {
    db.close()
  }
}
