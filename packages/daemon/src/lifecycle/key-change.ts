// Puts the store under another key: a checked copy under the new key takes the place of the store in one rename, and the
// key material follows. Not SQLite's rekey in place, which rewrites page by page and, cut short, leaves a file half under
// each key. Keeps: killed at any point, the store opens with the key that the data directory then names.
import { randomBytes } from 'node:crypto'
import { AppError } from '../kit/errors.ts'
import { hasContent } from '../kit/files.ts'
import { keyIdOf } from '../store/key-id.ts'
import { noteFormerKey } from './former-keys.ts'
import { type KeyHolder, noteKeyChange, settleKeyChange, settlingPoints } from './key-files.ts'
import { type Keychain, keychainService } from './keychain.ts'
import { createKeyParameters, deriveKey, keyBytes } from './passphrase.ts'
import { putDraftInPlace, storeDraftPath, storeFilePath } from './store-file.ts'

/** Where a crash can leave the files, in order, for tests that end the process there. */
export const keyChangePoints = [
  'begun',
  'copied',
  'former key noted',
  'change noted',
  'swapped',
  ...settlingPoints,
] as const
export type KeyChangePoint = (typeof keyChangePoints)[number]

/** What the store is to be under. */
export type NextKey =
  | { readonly kind: 'key file' }
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'keychain'; readonly keychain: Keychain }

export interface KeyChangeOptions {
  readonly dataDir: string
  /** The key that the store is under now. */
  readonly present: Buffer
  readonly next: NextKey
  /** Empties the store's log into its file and closes it. */
  settle(): void
  /** Writes a checked copy of the store to `target`, under `key`. Raises AppError. */
  copy(target: string, key: Buffer): void
  /** Called on the way; a test ends the process there. */
  readonly at?: (point: KeyChangePoint) => void
}

/** Call while holding the data directory's lock, with no change left over (openKey ends it). Returns the new key. */
export async function changeKey(options: KeyChangeOptions): Promise<Buffer> {
  const { dataDir, present, at = () => {} } = options
  const file = storeFilePath(dataDir)
  const draft = storeDraftPath(dataDir)
  const { key, holder } = await makeKey(options.next)
  at('begun')
  options.settle()
  if (hasContent(`${file}-wal`))
    throw new AppError('locked', `another process has ${file} open; close it and try again`)
  options.copy(draft, key)
  at('copied')
  noteFormerKey(dataDir, present, key)
  at('former key noted')
  noteKeyChange(dataDir, holder, draft)
  at('change noted')
  putDraftInPlace(dataDir)
  at('swapped')
  settleKeyChange(dataDir, at)
  return key
}

async function makeKey(next: NextKey): Promise<{ readonly key: Buffer; readonly holder: KeyHolder }> {
  if (next.kind === 'passphrase') {
    const parameters = createKeyParameters()
    const key = await deriveKey(next.passphrase, parameters)
    return { key, holder: { kind: 'described', description: parameters } }
  }
  const key = randomBytes(keyBytes)
  if (next.kind === 'key file') return { key, holder: { kind: 'key file', key: key.toString('hex') } }
  // Kept before anything relies on it. A change that is taken back leaves a key in the keychain that opens nothing.
  const name = { service: keychainService, account: keyIdOf(key) }
  await next.keychain.write(name, key)
  return { key, holder: { kind: 'described', description: { version: 1, kdf: 'none', keychain: name } } }
}
