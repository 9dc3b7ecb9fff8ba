// Puts a backup in the place of the store: compares first, keeps what is there aside, and forgets again what was forgotten
// since. lifecycle/store-swap.ts owns the swap of the files.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { systemClock } from '../kit/clock.ts'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { type KnownKeys, keyOfBackup } from '../lifecycle/backup-key.ts'
import { readKey } from '../lifecycle/key.ts'
import { hasStore, storeDraftPath, storeFilePath } from '../lifecycle/store-file.ts'
import { putAside, type SwapPoint, swapInDraft } from '../lifecycle/store-swap.ts'
import { freeBackupPath, makeBackupFolder } from '../store/backup-folder.ts'
import { type BackupNote, readBackupNote } from '../store/backup-note.ts'
import type { BackupPoint } from '../store/sqlite/backing-up.ts'
import type { Comparison } from '../store/sqlite/comparing.ts'
import { settleStore } from '../store/sqlite/connection.ts'
import { storeFacts } from '../store/sqlite/copying.ts'
import {
  compareWithBackup,
  type KeyedBackup,
  prepareRestore,
  type RestorePreparingPoint,
} from '../store/sqlite/restoring.ts'
import { backUpHeld } from './copies.ts'
import { type HeldDataDir, passphraseOf } from './holding.ts'

export interface RestoreOptions {
  readonly file: string
  readonly sheet: Buffer | null
  /** Go on also when the present store cannot be read, and with it what was forgotten since. */
  readonly ignoreForgotten: boolean
  readonly at?: (point: RestorePoint) => void
}

export type RestorePoint = RestorePreparingPoint | BackupPoint | SwapPoint

/** What a restore would do. Changes nothing and takes no lock: a daemon goes on meanwhile. */
export async function previewRestore(
  config: Config,
  { file, sheet }: Pick<RestoreOptions, 'file' | 'sheet'>,
): Promise<RestorePreview> {
  const { dataDir } = config
  const note = noteOf(file)
  if (!hasStore(dataDir)) return { note, comparison: null }
  const passphrase = passphraseOf(config)
  const { key } = await readKey(dataDir, passphrase)
  const backup = await keyedBackup({ dataDir, present: key, passphrase, sheet }, file, note)
  const present = { file: storeFilePath(dataDir), key }
  if (!isReadable(present)) return { note, comparison: null }
  return { note, comparison: compareWithBackup(present, backup, limits.restoreExamplesMax) }
}

export interface RestorePreview {
  readonly note: BackupNote
  /** Null when there is no present store to compare with, or none that can be read. */
  readonly comparison: Comparison | null
}

export interface Restored {
  readonly note: BackupNote
  readonly forgottenAgain: number
  /** Where the store as it was is kept: a backup, or the files of one that could not be read. Null: there was none. */
  readonly aside: string | null
}

export async function restore(held: HeldDataDir, options: RestoreOptions): Promise<Restored> {
  const { file, sheet, ignoreForgotten, at = () => {} } = options
  const { dataDir, key, passphrase } = held
  const note = noteOf(file)
  const backup = await keyedBackup({ dataDir, present: key.key, passphrase, sheet }, file, note)
  const present = { file: storeFilePath(dataDir), key: key.key }
  const isThere = existsSync(present.file)
  const canRead = isReadable(present)
  if (isThere && !canRead && !ignoreForgotten)
    throw new AppError(
      'store_corrupt',
      `${present.file} cannot be read, so what was forgotten since the backup is not known and would come back; nothing was changed. To go on all the same, add --ignore-forgotten`,
    )
  const now = systemClock()
  const aside = isThere ? keepAside(held, canRead, now, at) : null
  const draft = storeDraftPath(dataDir)
  const { forgottenAgain } = prepareRestore(
    { backup, present: canRead ? present : null, draft, key: key.key, now },
    at,
  )
  if (canRead) settleStore(present)
  swapInDraft(dataDir, at)
  return { note, forgottenAgain, aside }
}

function keepAside(
  held: HeldDataDir,
  canRead: boolean,
  now: number,
  at: (point: RestorePoint) => void,
): string {
  const folder = join(held.dataDir, 'replaced')
  makeBackupFolder(folder)
  const target = freeBackupPath(folder, now)
  if (!canRead) return putAside(held.dataDir, target.replace(/\.backup$/, ''))
  backUpHeld(held, target, at)
  return target
}

function noteOf(file: string): BackupNote {
  if (!existsSync(file)) throw new AppError('not_found', `${file} is not there`)
  const note = readBackupNote(file)
  if (note !== null) return note
  throw new AppError(
    'store_corrupt',
    `${file} is no backup of iai-mcp, or not a whole one; nothing was changed`,
  )
}

async function keyedBackup(known: KnownKeys, file: string, note: BackupNote): Promise<KeyedBackup> {
  const key = await keyOfBackup(file, note, known)
  return { file, key, cipher: note.cipher, madeAt: note.made_at }
}

/** Whole, not merely open: what was forgotten is read from it. */
function isReadable(store: { readonly file: string; readonly key: Buffer }): boolean {
  try {
    storeFacts(store)
    return true
  } catch {
    return false
  }
}
