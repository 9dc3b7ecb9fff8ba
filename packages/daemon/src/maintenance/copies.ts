// Copies of a held store: a backup, an export, and what an export brings taken in. Their formats are the store's
// (store/backup-note.ts, store/archive-records.ts).
import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { systemClock } from '../kit/clock.ts'
import { AppError } from '../kit/errors.ts'
import { readPackageInfo } from '../lifecycle/package-info.ts'
import { storeFilePath } from '../lifecycle/store-file.ts'
import type { KnownProject } from '../model/project.ts'
import { linesOfFile } from '../store/archive-file.ts'
import type { ArchiveFormat } from '../store/archive-records.ts'
import { readArchive } from '../store/archive-text.ts'
import type { BackupNote } from '../store/backup-note.ts'
import { exportStore } from '../store/sqlite/archive-reading.ts'
import { type TakeInOptions, type TakenIn, takeIn } from '../store/sqlite/archive-writing.ts'
import { type BackupPoint, backUp } from '../store/sqlite/backing-up.ts'
import { openWriter, type StoreFile, settleStore } from '../store/sqlite/connection.ts'
import { createProjectReading } from '../store/sqlite/project-rows.ts'
import type { HeldDataDir } from './holding.ts'

export function backUpHeld(
  held: HeldDataDir,
  target: string,
  at: (point: BackupPoint) => void = () => {},
): BackupNote {
  const store = settledStore(held)
  const keyParameters = held.key.parameters
  const { version } = readPackageInfo()
  return backUp({ store, target, madeAt: systemClock(), madeBy: version, keyParameters }, at)
}

export function exportHeld(
  held: HeldDataDir,
  target: string,
  format: ArchiveFormat,
): { readonly records: number } {
  const store = settledStore(held)
  const { version } = readPackageInfo()
  return exportStore({ store, target, format, madeAt: systemClock(), madeBy: version })
}

/** Of an export: what was said in the project `from` is of `into`. */
export interface ArchivedMerge {
  readonly from: string
  readonly into: string
}

/** An export that was read to its end and found whole. */
export interface CheckedArchive {
  readonly file: string
  readonly merges: readonly ArchivedMerge[]
  /** Changes with the file. */
  readonly state: string
}

/** Reads all of an export. Raises invalid_params, naming the line, when it is none, or not whole. */
export function checkArchive(file: string): CheckedArchive {
  const state = stateOf(file)
  const merges: ArchivedMerge[] = []
  for (const record of readArchive(linesOfFile(file)))
    if (record.type === 'project' && record.merged_into !== null)
      merges.push({ from: record.key, into: record.merged_into })
  return { file, merges, state }
}

/** Takes an export in. One that is another now than the one that was checked changes nothing: raises invalid_params. */
export function importArchive(
  held: HeldDataDir,
  { file, state }: CheckedArchive,
  options: TakeInOptions = {},
): TakenIn {
  if (stateOf(file) !== state)
    throw new AppError(
      'invalid_params',
      `${file} was changed after it had been checked; nothing was taken in: import it again`,
    )
  return withHeldStore(held, (db) => takeIn(db, readArchive(linesOfFile(file)), options))
}

function stateOf(file: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
  return [dev, ino, size, mtimeNs, ctimeNs].join(':')
}

export function projectsHeld(held: HeldDataDir): readonly KnownProject[] {
  return withHeldStore(held, (db) => createProjectReading(db).projects())
}

function withHeldStore<T>(held: HeldDataDir, work: (db: Database) => T): T {
  const db = openWriter(storeOf(held), () => {})
  try {
    return work(db)
  } finally {
    db.close()
  }
}

function settledStore(held: HeldDataDir): StoreFile {
  const store = storeOf(held)
  settleStore(store)
  return store
}

function storeOf({ dataDir, key: { key } }: HeldDataDir): StoreFile {
  return { file: storeFilePath(dataDir), key }
}
