// Copies of a store, made while it is in use: one snapshot, written anew without free pages (VACUUM INTO), under the
// same key or another one, opened again and checked before anybody relies on it. Never touches the store itself.
import { createHash, createHmac } from 'node:crypto'
import { closeSync, openSync, rmSync } from 'node:fs'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { assert } from '../../kit/assert.ts'
import { AppError } from '../../kit/errors.ts'
import { syncPath } from '../../kit/files.ts'
import { keyIdOf } from '../key-id.ts'
import type { Cipher } from './cipher-note.ts'
import { cipherOf, type KeyedFile, openCopy, type StoreFile } from './connection.ts'
import * as sql from './keeping-sql.ts'
import { raising } from './sqlite-errors.ts'

/** What a checked copy holds. */
export interface CopyFacts {
  /** Names the store through key changes, moves and restores; 16 hex digits. */
  readonly store: string
  /** Equal when nothing that a user would miss has changed. */
  readonly state: string
  readonly keyCheck: string
  readonly cipher: Cipher
  readonly schemaVersion: number
  readonly memories: number
  readonly sessions: number
  /** ms; null for a store that holds nothing */
  readonly newestSaidAt: number | null
  readonly forgotten: number
}

/** What the store holds now, without copying it. */
export function storeFacts(store: StoreFile): CopyFacts {
  return reading(store, (db, cipher) => factsOf(db, store.key, cipher))
}

/**
 * Writes a copy of the store to `target`, which must not exist, under `newKey` when there is one. What it returns is
 * about a copy that is whole, checked and on disk; after an error nothing is left of one. Raises AppError.
 */
export function copyStore(store: StoreFile, target: string, newKey?: Buffer): CopyFacts {
  try {
    return raising(target, () => {
      // Made by us, because SQLite would make it as wide open as the umask allows.
      closeSync(openSync(target, 'wx', 0o600))
      const cipher = reading(store, (db, found) => {
        db.prepare<[string]>('VACUUM INTO ?').run(target)
        return found
      })
      if (newKey !== undefined) changeKeyOf({ file: target, key: store.key, cipher }, newKey)
      syncPath(target)
      return verifyCopy({ file: target, key: newKey ?? store.key, cipher })
    })
  } catch (error) {
    removeCopy(target)
    throw error
  }
}

/** Opens a copy and reads all of it. Raises `store_corrupt` when anything in it is not as it should be. */
export function verifyCopy(copy: KeyedFile): CopyFacts {
  return raising(copy.file, () => {
    const db = openCopy(copy, { readonly: true })
    try {
      checkIntegrity(db, copy.file)
      return factsOf(db, copy.key, copy.cipher)
    } finally {
      db.close()
    }
  })
}

export function checkIntegrity(db: Database, file: string): void {
  const found = db.pragma('integrity_check(1)', { simple: true })
  if (found !== 'ok')
    throw new AppError('store_corrupt', `${file} failed its integrity check: it is not used`)
}

export function removeCopy(file: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
}

function factsOf(db: Database, key: Buffer, cipher: Cipher): CopyFacts {
  const figures = db
    .prepare<[], { memories: number; sessions: number; newest_said_at: number | null; forgotten: number }>(
      sql.contentFigures,
    )
    .get()
  const state = db.prepare<[], object>(sql.contentState).get()
  assert(figures !== undefined && state !== undefined, 'these statements always give one row')
  return {
    store: storeIdOf(db),
    state: createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 16),
    keyCheck: keyIdOf(key),
    cipher,
    schemaVersion: db.pragma('user_version', { simple: true }) as number,
    memories: figures.memories,
    sessions: figures.sessions,
    newestSaidAt: figures.newest_said_at,
    forgotten: figures.forgotten,
  }
}

/** Of a store that has been opened by this version, which brings it to the present format. */
export function storeIdOf(db: Database): string {
  const secret = db.prepare<[], { value: Buffer }>(sql.storeSecret).get()?.value
  assert(secret !== undefined, 'a store has its secret since its schema was made')
  return createHmac('sha256', secret).update('iai-mcp store id').digest('hex').slice(0, 16)
}

function reading<T>(store: StoreFile, read: (db: Database, cipher: Cipher) => T): T {
  const cipher = cipherOf(store.file, store.key)
  const db = openCopy({ ...store, cipher }, { readonly: true })
  try {
    return read(db, cipher)
  } finally {
    db.close()
  }
}

/**
 * A copy that nobody uses yet may be rewritten in place: what a crash leaves of it is thrown away. Not a key in the
 * name of a VACUUM INTO target, which SQLite would repeat in its errors.
 */
export function changeKeyOf(copy: KeyedFile, newKey: Buffer): void {
  const db = openCopy(copy, { readonly: false })
  try {
    db.pragma('journal_mode = OFF')
    db.pragma('synchronous = OFF')
    db.pragma(`rekey = 'raw:${newKey.toString('hex')}'`)
  } finally {
    db.close()
  }
}
