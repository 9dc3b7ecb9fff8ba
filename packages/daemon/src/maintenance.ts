// The second composition root: what the command line does with a store that no daemon holds (keys, backups, restores,
// imports). Ties the same parts together as main.ts, on this thread, because nothing else waits for it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Config } from './config/config.ts'
import { systemClock } from './kit/clock.ts'
import { AppError, isAppError } from './kit/errors.ts'
import { limits } from './kit/limits.ts'
import type { Log } from './kit/log.ts'
import { prepareDataDir } from './lifecycle/data-dir.ts'
import { describeKeyPlan, hasContent, openKey, planKey, readKey, type StoreKey } from './lifecycle/key.ts'
import { changeKey, type KeyChangePoint, type NextKey } from './lifecycle/key-change.ts'
import { keyPaths, readKeyMaterial, settleKeyChange, writeKeyFile } from './lifecycle/key-files.ts'
import { systemKeychain } from './lifecycle/keychain.ts'
import { acquireLock } from './lifecycle/lock.ts'
import { readPackageInfo } from './lifecycle/package-info.ts'
import { createPinoLog } from './lifecycle/pino-log.ts'
import { keyIdOf, recoverySheet } from './lifecycle/recovery-sheet.ts'
import { type KnownKeys, keyOfBackup, putAside, type SwapPoint, swapInDraft } from './lifecycle/restore.ts'
import { storeDraftPath, storeFilePath } from './lifecycle/store-file.ts'
import type { KnownProject } from './model/project.ts'
import { linesOfFile } from './store/archive-file.ts'
import type { ArchiveFormat } from './store/archive-records.ts'
import { readArchive } from './store/archive-text.ts'
import { freeBackupPath, makeBackupFolder } from './store/backup-folder.ts'
import { type BackupNote, readBackupNote } from './store/backup-note.ts'
import { exportStore } from './store/sqlite/archive-reading.ts'
import { type TakeInOptions, type TakenIn, takeIn } from './store/sqlite/archive-writing.ts'
import { type BackupPoint, backUp } from './store/sqlite/backing-up.ts'
import type { Comparison } from './store/sqlite/comparing.ts'
import { cipherOf, openWriter } from './store/sqlite/connection.ts'
import { copyStore, storeFacts } from './store/sqlite/copying.ts'
import { createProjectReading } from './store/sqlite/project-rows.ts'
import {
  compareWithBackup,
  type KeyedBackup,
  prepareRestore,
  type RestorePreparingPoint,
} from './store/sqlite/restoring.ts'

/** A data directory that this process holds; nobody else touches it until `release`. */
export interface HeldDataDir {
  readonly dataDir: string
  readonly key: StoreKey
  readonly passphrase: string | null
  release(): void
}

/**
 * Raises `locked` while a daemon runs on it; ends a change of the key that was interrupted. `from nothing` makes the
 * directory and a key where there is none yet, for what brings a store along.
 */
export async function holdDataDir(
  config: Config,
  start: 'store needed' | 'from nothing' = 'store needed',
): Promise<HeldDataDir> {
  const { dataDir } = config
  if (start === 'store needed') refuseWithoutStore(dataDir)
  const log = maintenanceLog(config)
  await prepareDataDir(dataDir)
  const holder = { pid: process.pid, startedAt: systemClock(), version: readPackageInfo().version }
  const lock = acquireLock(dataDir, holder, log)
  try {
    const passphrase = passphraseOf(config)
    const key = await openKey(dataDir, passphrase)
    return { dataDir, key, passphrase, release: () => lock.release() }
  } catch (error) {
    lock.release()
    throw error
  }
}

function refuseWithoutStore(dataDir: string): void {
  if (hasContent(storeFilePath(dataDir))) return
  throw new AppError(
    'not_found',
    `${dataDir} holds no store yet: it is made by the first start of the daemon`,
  )
}

/** For what must work without a key that opens the store. */
export async function withLock<T>(config: Config, work: (log: Log) => Promise<T> | T): Promise<T> {
  const log = maintenanceLog(config)
  await prepareDataDir(config.dataDir)
  const holder = { pid: process.pid, startedAt: systemClock(), version: readPackageInfo().version }
  const lock = acquireLock(config.dataDir, holder, log)
  try {
    return await work(log)
  } finally {
    lock.release()
  }
}

// ---- keys

export interface KeyStatus {
  readonly source: string
  readonly kind: ReturnType<typeof planKey>['kind']
  /** Null when the key cannot be had here: no passphrase in the environment, or no store yet. */
  readonly key_id: string | null
  /** Null when there is no key or no store to try it on. */
  readonly opens_store: boolean | null
  /** A change was interrupted; the next start ends it. */
  readonly changing: boolean
  /** Null when the keychain can be used. */
  readonly keychain_problem: string | null
}

/** Changes nothing; works beside a running daemon. */
export async function keyStatus(config: Config): Promise<KeyStatus> {
  const plan = planKey(config.dataDir, config.passphrase !== null)
  const isThere = plan.kind === 'key file' || plan.kind === 'passphrase' || plan.kind === 'keychain'
  const key = isThere ? (await readKey(config.dataDir, passphraseOf(config))).key : null
  return {
    source: describeKeyPlan(config.dataDir, plan),
    kind: plan.kind,
    key_id: key === null ? null : keyIdOf(key),
    opens_store: key === null ? null : opensStore(config, key),
    changing: readKeyMaterial(config.dataDir).isChanging,
    keychain_problem: await systemKeychain().problem(),
  }
}

/** A store that is damaged is not the key's fault, and doctor's to tell. */
function opensStore({ dataDir }: Config, key: Buffer): boolean | null {
  const file = storeFilePath(dataDir)
  if (!hasContent(file)) return null
  try {
    cipherOf(file, key)
    return true
  } catch (error) {
    if (!isAppError(error)) throw error
    return error.code === 'key_wrong' ? false : null
  }
}

/** Text of the recovery sheet. Raises key_wrong rather than print a key that does not open the store. */
export async function exportKey(config: Config): Promise<string> {
  const { key } = await readKey(config.dataDir, passphraseOf(config))
  const { store } = storeFacts({ file: storeFilePath(config.dataDir), key })
  return recoverySheet({ key, madeAt: systemClock(), store, dataDir: config.dataDir })
}

/** Puts the store under another key; returns the new key's id. */
export async function putUnderKey(
  { dataDir, key: { key: present } }: HeldDataDir,
  next: NextKey,
  at: (point: KeyChangePoint) => void = () => {},
): Promise<string> {
  const file = storeFilePath(dataDir)
  const key = await changeKey({
    dataDir,
    present,
    next,
    at,
    // Opening brings the store to the present format, and closing empties its log.
    checkpoint: () => openWriter({ file, key: present }, () => {}).close(),
    copy: (target, newKey) => void copyStore({ file, key: present }, target, newKey),
  })
  return keyIdOf(key)
}

/** Writes the key file from a recovery sheet. Raises key_wrong when it does not open the store that is there. */
export function importKey({ dataDir }: Config, key: Buffer): void {
  const file = storeFilePath(dataDir)
  if (!hasContent(file))
    throw new AppError(
      'not_found',
      `${file} is not there: put the store or a backup in its place first (iai-mcp restore FILE --sheet SHEET)`,
    )
  settleKeyChange(dataDir)
  cipherOf(file, key)
  writeKeyFile(dataDir, key)
}

export function keyFileOf({ dataDir }: Config): string {
  return keyPaths(dataDir).keyFile
}

// ---- backups

export function backUpHeld(
  { dataDir, key }: HeldDataDir,
  target: string,
  at: (point: BackupPoint) => void = () => {},
): BackupNote {
  const store = { file: storeFilePath(dataDir), key: key.key }
  openWriter(store, () => {}).close()
  const { version } = readPackageInfo()
  return backUp({ store, target, madeAt: systemClock(), madeBy: version, keyParameters: key.parameters }, at)
}

// ---- exports and imports

export function exportHeld(
  { dataDir, key }: HeldDataDir,
  target: string,
  format: ArchiveFormat,
): { readonly records: number } {
  const store = { file: storeFilePath(dataDir), key: key.key }
  openWriter(store, () => {}).close()
  const { version } = readPackageInfo()
  return exportStore({ store, target, format, madeAt: systemClock(), madeBy: version })
}

/** Of an export: what was said in the project `from` is of `into`. */
export interface ArchivedMerge {
  readonly from: string
  readonly into: string
}

/** Reads all of an export; tells its merges. Raises invalid_params, naming the line, when it is none, or not whole. */
export function checkArchive(file: string): readonly ArchivedMerge[] {
  const merges: ArchivedMerge[] = []
  for (const record of readArchive(linesOfFile(file)))
    if (record.type === 'project' && record.merged_into !== null)
      merges.push({ from: record.key, into: record.merged_into })
  return merges
}

/** Takes an export in, after reading all of it once: what is not whole changes nothing. */
export function importArchive(held: HeldDataDir, file: string, options: TakeInOptions): TakenIn {
  checkArchive(file)
  return withHeldStore(held, (db) => takeIn(db, readArchive(linesOfFile(file)), options))
}

export function projectsHeld(held: HeldDataDir): readonly KnownProject[] {
  return withHeldStore(held, (db) => createProjectReading(db).projects())
}

function withHeldStore<T>({ dataDir, key }: HeldDataDir, work: (db: Database) => T): T {
  const db = openWriter({ file: storeFilePath(dataDir), key: key.key }, () => {})
  try {
    return work(db)
  } finally {
    db.close()
  }
}

// ---- restoring

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
  if (!hasContent(storeFilePath(dataDir))) return { note, comparison: null }
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
  if (canRead) openWriter(present, () => {}).close()
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

function maintenanceLog({ logLevel }: Config): Log {
  return createPinoLog({ level: logLevel === 'info' ? 'warn' : logLevel })
}

function passphraseOf({ passphrase }: Config): string | null {
  return passphrase?.reveal() ?? null
}
