// Makes of a backup the store that will take the present one's place: copied, checked, brought to the present key and
// format, and rid of whatever was forgotten since. Works on the draft alone; who swaps it in is lifecycle/store-swap.ts.
import { chmodSync, constants, copyFileSync } from 'node:fs'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { syncPath } from '../../kit/files.ts'
import { analyseText } from '../../text/analyser.ts'
import { removeBackupNote } from '../backup-note.ts'
import { createBarring } from './barring.ts'
import type { Cipher } from './cipher-note.ts'
import { type Comparison, compareStores, forgottenTexts, visitGone } from './comparing.ts'
import { cipherOf, openCopy, openWriter, type StoreFile } from './connection.ts'
import { changeKeyOf, checkIntegrity, removeCopy, verifyCopy } from './copying.ts'
import { raising, toAppError } from './sqlite-errors.ts'
import { createTextIndex } from './text-index.ts'
import { createWriterStore } from './writer-store.ts'

export interface KeyedBackup {
  readonly file: string
  readonly key: Buffer
  readonly cipher: Cipher
  readonly madeAt: number
}

type Present = Pick<StoreFile, 'file' | 'key'>

export interface RestoreRequest {
  readonly backup: KeyedBackup
  /** The store that is replaced; null when there is none, or none that can be read. */
  readonly present: Present | null
  readonly draft: string
  /** The key that the store of this data directory is under. */
  readonly key: Buffer
  readonly now: number
}

/** Where a crash can leave the draft, for tests that end the process there. */
const restorePreparingPoints = ['backup copied', 'forgotten again'] as const
export type RestorePreparingPoint = (typeof restorePreparingPoints)[number]

/** Reads both, changes neither. */
export function compareWithBackup(present: Present, backup: KeyedBackup, examplesMax: number): Comparison {
  return raising(backup.file, () => {
    verifyCopy(backup)
    return withReader(present, (presentDb) =>
      withCopy(backup, (backupDb) => compareStores(presentDb, backupDb, examplesMax)),
    )
  })
}

/** Returns how many memories were forgotten again. After an error nothing is left of the draft. Raises AppError. */
export function prepareRestore(
  { backup, present, draft, key, now }: RestoreRequest,
  at: (point: RestorePreparingPoint) => void = () => {},
): { readonly forgottenAgain: number } {
  removeCopy(draft)
  try {
    copyFileSync(backup.file, draft, constants.COPYFILE_EXCL)
    chmodSync(draft, 0o600)
    removeBackupNote(draft)
    at('backup copied')
    verifyCopy({ ...backup, file: draft })
    if (!backup.key.equals(key)) changeKeyOf({ ...backup, file: draft }, key)
    const forgottenAgain = bringUpToDate(draft, key, present, (db, forgotten) => {
      createWriterStore(db, createTextIndex(db, analyseText)).recordEvent({
        at: now,
        kind: 'restored',
        data: { made_at: backup.madeAt, forgotten_again: forgotten },
      })
    })
    at('forgotten again')
    syncPath(draft)
    return { forgottenAgain }
  } catch (error) {
    removeCopy(draft)
    throw toAppError(error, backup.file)
  }
}

/** Migrates the draft and forgets in it what the present store has forgotten. */
function bringUpToDate(
  draft: string,
  key: Buffer,
  present: Present | null,
  finish: (db: Database, forgotten: number) => void,
): number {
  const db = openWriter({ file: draft, key }, () => {})
  try {
    const forgotten = present === null ? 0 : withReader(present, (held) => forgetAgain(db, held))
    finish(db, forgotten)
    checkIntegrity(db, draft)
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.pragma('journal_mode = DELETE')
    return forgotten
  } finally {
    db.close()
    // Says where the draft stood, not where it will stand.
    removeCopy(`${draft}.cipher`)
  }
}

function forgetAgain(db: Database, held: Database): number {
  const store = createWriterStore(db, createTextIndex(db, analyseText))
  const gone: [string, number][] = []
  visitGone(db, held, (id, forgottenAt) => {
    if (forgottenAt !== null) gone.push([id, forgottenAt])
  })
  let count = 0
  const inOneGo = db.transaction(() => {
    // What bars them is adopted below, as it was made: of a text, or of a session.
    for (const [id, forgottenAt] of gone)
      count += store.forget([id], forgottenAt, Number.POSITIVE_INFINITY, false).ids.length
    createBarring(db).adopt(forgottenTexts(held))
  })
  inOneGo.immediate()
  return count
}

function withReader<T>({ file, key }: Present, read: (db: Database) => T): T {
  return withCopy({ file, key, cipher: cipherOf(file, key) }, read)
}

function withCopy<T>(copy: Pick<KeyedBackup, 'file' | 'key' | 'cipher'>, read: (db: Database) => T): T {
  const db = openCopy(copy, { readonly: true })
  try {
    return read(db)
  } finally {
    db.close()
  }
}
