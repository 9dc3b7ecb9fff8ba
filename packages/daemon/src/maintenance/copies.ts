// Copies of a held store: a backup, an export, and what an export brings taken in. Their formats are the store's
// (store/backup-note.ts, store/archive-records.ts).
import { systemClock } from '../kit/clock.ts'
import { readPackageInfo } from '../lifecycle/package-info.ts'
import { storeFilePath } from '../lifecycle/store-file.ts'
import { linesOfFile } from '../store/archive-file.ts'
import type { ArchiveFormat } from '../store/archive-records.ts'
import { readArchive } from '../store/archive-text.ts'
import type { BackupNote } from '../store/backup-note.ts'
import { exportStore } from '../store/sqlite/archive-reading.ts'
import { type TakenIn, takeIn } from '../store/sqlite/archive-writing.ts'
import { type BackupPoint, backUp } from '../store/sqlite/backing-up.ts'
import { openWriter, type StoreFile } from '../store/sqlite/connection.ts'
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

/** Reads all of an export. Raises invalid_params, naming the line, when it is none, or not whole. */
export function checkArchive(file: string): void {
  for (const _ of readArchive(linesOfFile(file)));
}

/** Takes an export in, after reading all of it once: what is not whole changes nothing. */
export function importArchive(held: HeldDataDir, file: string): TakenIn {
  checkArchive(file)
  const db = openWriter(storeOf(held), () => {})
  try {
    return takeIn(db, readArchive(linesOfFile(file)))
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
