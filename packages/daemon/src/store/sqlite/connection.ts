// Opens the encrypted file: finds the cipher, tells a wrong key from a damaged or foreign file, creates a new store as
// one atomic step, migrates. Keeps: nothing is written to a file that did not open with the given key.
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import DatabaseConstructor, { type Database } from 'better-sqlite3-multiple-ciphers'
import { assert } from '../../kit/assert.ts'
import { AppError } from '../../kit/errors.ts'
import { syncPath } from '../../kit/files.ts'
import { limits } from '../../kit/limits.ts'
import {
  type Cipher,
  ciphers,
  noteFileOf,
  noteIsOfKey,
  readCipherNote,
  writeCipherNote,
} from './cipher-note.ts'
import { applicationId, migrate } from './migrations.ts'
import { sqliteCodeOf, toAppError } from './sqlite-errors.ts'
import type { ThreadHost } from './thread-service.ts'

export interface StoreFile {
  readonly file: string
  /** 32 raw bytes */
  readonly key: Buffer
  /** Cipher of a store that has yet to be created. */
  readonly cipher?: Cipher | undefined
  /** The file may not grow beyond this; writing then fails as on a full disk. */
  readonly bytesMax?: number | undefined
}

/**
 * The one connection that writes. Creates the store when there is none; takes from others what they could read of one
 * that is there, and says so in the log. Raises AppError only.
 */
export function openWriter(options: StoreFile, log: ThreadHost['log']): Database {
  const { file, key } = options
  assert(key.length === 32, 'a store key has 32 bytes')
  return raisingAppErrors(file, () => {
    if (!existsSync(file)) createStore(options)
    refuseFolder(file)
    refuseForeignFile(file)
    const cipher = findCipher(file, key)
    makePrivate(file, log)
    const db = connect(file, key, cipher, { readonly: false })
    try {
      refuseForeignDatabase(db, file)
      migrate(db, file)
      prepareWriter(db, options.bytesMax)
      const note = readCipherNote(file)
      if (note?.cipher !== cipher || !noteIsOfKey(note, key)) writeCipherNote(file, cipher, key)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

/** Brings a store that nobody else has open to the present format, and empties its log into it. Raises AppError only. */
export function settleStore(store: StoreFile): void {
  openWriter(store, () => {}).close()
}

/** A connection that only reads, on a file that `openWriter` has opened. */
export function openReader({ file, key }: StoreFile): Database {
  return raisingAppErrors(file, () => {
    refuseFolder(file)
    const db = connect(file, key, findCipher(file, key), { readonly: true })
    db.pragma('query_only = ON')
    db.pragma(`cache_size = -${limits.storeReaderCacheKibMax}`)
    return db
  })
}

/** A file whose cipher is known. */
export interface KeyedFile {
  readonly file: string
  readonly key: Buffer
  readonly cipher: Cipher
}

/** The cipher under which `key` opens the store in `file`. Raises as opening does. */
export function cipherOf(file: string, key: Buffer): Cipher {
  return raisingAppErrors(file, () => {
    refuseForeignFile(file)
    return findCipher(file, key)
  })
}

/** A connection to a copy that nobody else uses, or one that only reads. Checks nothing. */
export function openCopy({ file, key, cipher }: KeyedFile, mode: { readonly: boolean }): Database {
  return connect(file, key, cipher, mode)
}

function raisingAppErrors<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw toAppError(error, file)
  }
}

function connect(file: string, key: Buffer, cipher: Cipher, { readonly }: { readonly: boolean }): Database {
  const db = new DatabaseConstructor(file, { readonly, fileMustExist: true, timeout: limits.storeBusyMsMax })
  db.pragma(`cipher = '${cipher}'`)
  // 'raw:' skips key derivation: the key is random bytes already, or was derived from the passphrase before.
  db.pragma(`key = 'raw:${key.toString('hex')}'`)
  // Temporary b-trees and statement journals would be plaintext files.
  db.pragma('temp_store = MEMORY')
  db.pragma('mmap_size = 0')
  return db
}

function prepareWriter(db: Database, bytesMax: number | undefined): void {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  // Zeroes what is deleted, so that forgotten text is not left in free pages.
  db.pragma('secure_delete = ON')
  db.pragma(`cache_size = -${limits.storeWriterCacheKibMax}`)
  db.pragma(`wal_autocheckpoint = ${limits.storeLogPagesBeforeCheckpoint}`)
  db.pragma(`journal_size_limit = ${limits.storeLogBytesMax}`)
  if (bytesMax !== undefined) {
    const pageBytes = db.pragma('page_size', { simple: true }) as number
    db.pragma(`max_page_count = ${Math.max(1, Math.floor(bytesMax / pageBytes))}`)
  }
}

/** Made complete under another name first: a store that is there under its own name always has its schema and key. */
function createStore({ file, key, cipher = ciphers[0] }: StoreFile): void {
  if (existsSync(`${file}-wal`)) {
    throw new AppError(
      'store_corrupt',
      `${file} is missing but its log ${file}-wal is there: put the database back, or move the log away to begin anew`,
    )
  }
  const draft = `${file}.new`
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${draft}${suffix}`, { force: true })
  closeSync(openSync(draft, 'wx', 0o600))
  chmodSync(draft, 0o600)
  const db = connect(draft, key, cipher, { readonly: false })
  try {
    db.pragma('auto_vacuum = INCREMENTAL')
    db.pragma(`application_id = ${applicationId}`)
    migrate(db, file)
  } finally {
    db.close()
  }
  syncPath(draft)
  renameSync(draft, file)
  syncPath(dirname(file))
  writeCipherNote(file, cipher, key)
}

/** A store that was copied back may be wider open than it was made. What SQLite makes beside it takes after it. */
function makePrivate(file: string, log: ThreadHost['log']): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`, noteFileOf(file)]) {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & 0o077) === 0) continue
    chmodSync(path, 0o600)
    log('warn', 'store_file_made_private', { path, mode_before: (mode & 0o777).toString(8) })
  }
}

function refuseFolder(file: string): void {
  if (statSync(file).isDirectory()) throw foreign(file, 'is a folder')
}

const plainMagic = 'SQLite format 3\0'

/** A store shows a page size and format bytes in the clear (offset 16 to 23 of any SQLite file), and no plain magic. */
function refuseForeignFile(file: string): void {
  const head = Buffer.alloc(24)
  const handle = openSync(file, 'r')
  let length: number
  try {
    length = readSync(handle, head, 0, head.length, 0)
  } finally {
    closeSync(handle)
  }
  if (head.toString('latin1', 0, 16) === plainMagic) {
    throw foreign(file, 'is an unencrypted SQLite database')
  }
  const shapedLikeSqlite = length === head.length && head[21] === 64 && head[22] === 32 && head[23] === 32
  if (!shapedLikeSqlite || statSync(file).size < 1024) {
    throw foreign(file, length === 0 ? 'is empty' : 'is not a memory store')
  }
}

function foreign(file: string, what: string): AppError {
  return new AppError(
    'store_corrupt',
    `${file} ${what}; it was left untouched: move it away to begin anew, or restore a backup in its place`,
  )
}

function refuseForeignDatabase(db: Database, file: string): void {
  if (db.pragma('application_id', { simple: true }) !== applicationId) {
    throw foreign(file, 'is an encrypted database of another program')
  }
}

/** The cipher under which `key` opens `file`; read-only, so that a wrong key can change nothing. */
function findCipher(file: string, key: Buffer): Cipher {
  const note = readCipherNote(file)
  const order = note === null ? ciphers : [note.cipher, ...ciphers.filter((name) => name !== note.cipher)]
  const found = order.find((cipher) => opensWith(file, key, cipher))
  if (found !== undefined) return found
  if (note !== null && noteIsOfKey(note, key)) {
    throw new AppError(
      'store_corrupt',
      `${file} is damaged: the key is the right one, but the first page cannot be read; keep a copy and restore a backup`,
    )
  }
  throw new AppError(
    'key_wrong',
    `the key does not open ${file}; nothing was changed. Use the passphrase or key file that it was last changed to, enter its recovery sheet (iai-mcp key import), or restore a backup whose key you have (iai-mcp restore)`,
  )
}

function opensWith(file: string, key: Buffer, cipher: Cipher): boolean {
  const db = connect(file, key, cipher, { readonly: true })
  try {
    db.pragma('schema_version')
    return true
  } catch (error) {
    const code = sqliteCodeOf(error) ?? ''
    if (
      code.startsWith('SQLITE_NOTADB') ||
      code.startsWith('SQLITE_CORRUPT') ||
      code === 'SQLITE_IOERR_DATA'
    ) {
      return false
    }
    if (code === 'SQLITE_READONLY_ROLLBACK') return rollsBackWith(file, key, cipher)
    throw error
  } finally {
    db.close()
  }
}

/**
 * A power cut left a change half done with the journal that undoes it: while a store that had been copied, for a new key or
 * a restore, went over to a log. Only a writer can undo it, and under a wrong key it would spoil the file: so the key
 * is tried on a copy first.
 */
function rollsBackWith(file: string, key: Buffer, cipher: Cipher): boolean {
  const copy = `${file}.tried`
  removeTried(copy)
  try {
    for (const suffix of ['-journal', '']) copyFileSync(`${file}${suffix}`, `${copy}${suffix}`)
    if (!canWrite(copy, key, cipher)) return false
  } finally {
    removeTried(copy)
  }
  return canWrite(file, key, cipher)
}

function canWrite(file: string, key: Buffer, cipher: Cipher): boolean {
  const db = connect(file, key, cipher, { readonly: false })
  try {
    db.pragma('schema_version')
    return true
  } catch (error) {
    if (/^SQLITE_(?:NOTADB|CORRUPT|IOERR_DATA)/.test(sqliteCodeOf(error) ?? '')) return false
    throw error
  } finally {
    db.close()
  }
}

function removeTried(copy: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${copy}${suffix}`, { force: true })
}
