// Puts a restored store in the place of the present one, which is kept aside first. Keeps: killed at any point, one whole
// store is at its path, the old or the new. Making the restored one is left to the store (store/sqlite/restoring.ts).
import { linkSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppError, errnoOf } from '../kit/errors.ts'
import { makeDurableFolder, syncPath } from '../kit/private-file.ts'
import type { BackupNote } from '../store/backup-note.ts'
import { formerKeys } from './former-keys.ts'
import { hasContent } from './key.ts'
import { deriveKey, keyParameters } from './passphrase.ts'
import { keyIdOf } from './recovery-sheet.ts'
import { storeDraftPath, storeFilePath } from './store-file.ts'

/** Where a crash can leave the files, for tests that end the process there. */
const swapPoints = ['present one aside', 'swapped'] as const
export type SwapPoint = (typeof swapPoints)[number]

export interface KnownKeys {
  readonly dataDir: string
  /** The key that the store is under now. */
  readonly present: Buffer
  readonly passphrase: string | null
  /** From a recovery sheet. */
  readonly sheet: Buffer | null
}

/** The key that a backup is under: the present one, one before it, or what the user can give. Rejects with key_wrong. */
export async function keyOfBackup(file: string, note: BackupNote, known: KnownKeys): Promise<Buffer> {
  const parameters = keyParameters.safeParse(note.key_parameters)
  const candidates = [
    ...(known.sheet === null ? [] : [known.sheet]),
    known.present,
    ...formerKeys(known.dataDir, known.present),
  ]
  const found = candidates.find((key) => keyIdOf(key) === note.key_check)
  if (found !== undefined) return found
  if (known.passphrase !== null && parameters.success) {
    const derived = await deriveKey(known.passphrase, parameters.data)
    if (keyIdOf(derived) === note.key_check) return derived
  }
  const made = new Date(note.made_at).toISOString().slice(0, 10)
  const remedy = parameters.success
    ? 'set IAI_MCP_CRYPTO_PASSPHRASE to the passphrase of that time, or give its recovery sheet with --sheet FILE'
    : 'give the recovery sheet of that key with --sheet FILE'
  throw new AppError(
    'key_wrong',
    `${file} of ${made} is under another key (key id ${note.key_check}); nothing was changed. Remedy: ${remedy}`,
  )
}

/** Under names that no start looks at; a hard link is the same file, so nothing is copied and nothing can be half done. */
export function putAside(dataDir: string, folder: string): string {
  makeDurableFolder(folder)
  for (const suffix of ['', '-wal', '-journal', '.cipher']) {
    const file = `${storeFilePath(dataDir)}${suffix}`
    if (hasContent(file)) linkOrRefuse(file, join(folder, basename(file)))
  }
  syncPath(folder)
  return folder
}

/** `draft` becomes the store. What it replaces must have been put aside. */
export function swapInDraft(dataDir: string, at: (point: SwapPoint) => void = () => {}): void {
  const file = storeFilePath(dataDir)
  at('present one aside')
  // SQLite would take the log, or the journal, for one of the file that stands there next.
  for (const suffix of ['-wal', '-shm', '-journal', '.cipher']) rmSync(`${file}${suffix}`, { force: true })
  renameSync(storeDraftPath(dataDir), file)
  syncPath(dataDir)
  at('swapped')
}

function linkOrRefuse(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return
    throw new AppError(
      'unavailable',
      `${from} cannot be kept aside on this disk (${errnoOf(error) ?? 'unknown error'}): copy the data directory somewhere, move memory.db and memory.db-wal out of it, and restore again`,
      { cause: error },
    )
  }
}
