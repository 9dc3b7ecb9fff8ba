// Which key a backup is under: the present one, one before it, or what the user can give. Nothing is written here.
import { AppError } from '../kit/errors.ts'
import type { BackupNote } from '../store/backup-note.ts'
import { keyIdOf } from '../store/key-id.ts'
import { isoDay } from '../text/dates.ts'
import { formerKeys } from './former-keys.ts'
import { deriveKey, keyParameters } from './passphrase.ts'

export interface KnownKeys {
  readonly dataDir: string
  /** The key that the store is under now. */
  readonly present: Buffer
  readonly passphrase: string | null
  /** From a recovery sheet. */
  readonly sheet: Buffer | null
}

/** Rejects with key_wrong when none of the known ones is it. */
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
  const made = isoDay(note.made_at)
  const remedy = parameters.success
    ? 'set IAI_MCP_CRYPTO_PASSPHRASE to the passphrase of that time, or give its recovery sheet with --sheet FILE'
    : 'give the recovery sheet of that key with --sheet FILE'
  throw new AppError(
    'key_wrong',
    `${file} of ${made} is under another key (key id ${note.key_check}); nothing was changed. Remedy: ${remedy}`,
  )
}
