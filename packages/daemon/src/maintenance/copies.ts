// Copies of a held store: a backup, an export, and what an export brings taken in. Their formats are the store's
// (store/backup-note.ts, store/archive-records.ts).
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { systemClock } from '../kit/clock.ts'
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
import { openWriter, type StoreFile } from '../store/sqlite/connection.ts'
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

/** Reads all of an export; tells its merges. Raises invalid_params, naming the line, when it is none, or not whole. */
export function checkArchive(file: string): readonly ArchivedMerge[] {
  const merges: ArchivedMerge[] = []
  for (const record of readArchive(linesOfFile(file)))
    if (record.type === 'project' && record.merged_into !== null)
      merges.push({ from: record.key, into: record.merged_into })
  return merges
}

/** Takes an export in, after reading all of it once: what is not whole changes nothing. */
export function importArchive(held: HeldDataDir, file: string, options: TakeInOptions = {}): TakenIn {
  checkArchive(file)
  return withHeldStore(held, (db) => takeIn(db, readArchive(linesOfFile(file)), options))
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

/** Opening brings the store to the present format, and closing empties its log. */
function settledStore(held: HeldDataDir): StoreFile {
  const store = storeOf(held)
  openWriter(store, () => {}).close()
  return store
}

function storeOf({ dataDir, key: { key } }: HeldDataDir): StoreFile {
  return { file: storeFilePath(dataDir), key }
}
