// The key of the store, and where it comes from: derived from the passphrase, kept in the keychain, or in the file .key.
// It is made on the first start only: where there is a store and no key, the start is refused and nothing is written.
// Call openKey while holding the data directory's lock. key-files.ts reads and writes the files, key-change.ts changes.
import { randomBytes } from 'node:crypto'
import { AppError } from '../kit/errors.ts'
import {
  type KeychainEntry,
  keyPaths,
  readKeyMaterial,
  settleKeyChange,
  writeKeyDescription,
  writeKeyFile,
} from './key-files.ts'
import { type Keychain, systemKeychain } from './keychain.ts'
import { createKeyParameters, deriveKey, type KeyParameters, keyBytes } from './passphrase.ts'
import { hasStore, storeFilePath } from './store-file.ts'

export interface StoreKey {
  /** 32 bytes */
  readonly key: Buffer
  /** In words, for the banner and doctor; never the key. */
  readonly source: string
  /** What it takes besides the passphrase to derive the key; null for a random key. Goes with every backup. */
  readonly parameters: KeyParameters | null
}

/** Where the key will come from. */
export type KeyPlan =
  | { readonly kind: 'key file'; readonly key: Buffer }
  | { readonly kind: 'new key file' }
  | { readonly kind: 'passphrase'; readonly parameters: KeyParameters }
  | { readonly kind: 'new passphrase' }
  | { readonly kind: 'keychain'; readonly entry: KeychainEntry['keychain'] }
  /** There is a store and nothing that opens it. */
  | { readonly kind: 'missing'; readonly remedy: string }

const fromSheet = 'or enter its recovery sheet: iai-mcp key import'

/** Reads what is there and writes nothing. Raises data_dir_unsafe for key files that are not private or not whole. */
export function planKey(dataDir: string, hasPassphrase: boolean): KeyPlan {
  const { key, description } = readKeyMaterial(dataDir)
  const paths = keyPaths(dataDir)
  if (hasPassphrase) {
    if (description?.kdf === 'scrypt') return { kind: 'passphrase', parameters: description }
    if (!hasStore(dataDir)) return { kind: 'new passphrase' }
    return { kind: 'missing', remedy: withoutPassphrase(paths, key !== null, description !== null) }
  }
  if (key !== null) return { kind: 'key file', key }
  if (description?.kdf === 'none') return { kind: 'keychain', entry: description.keychain }
  if (!hasStore(dataDir)) return { kind: 'new key file' }
  const remedy =
    description === null
      ? `restore ${paths.keyFile} from a copy, ${fromSheet}`
      : 'it is encrypted with a passphrase: set IAI_MCP_CRYPTO_PASSPHRASE'
  return { kind: 'missing', remedy }
}

function withoutPassphrase(
  paths: ReturnType<typeof keyPaths>,
  hasKeyFile: boolean,
  hasKeychain: boolean,
): string {
  if (hasKeyFile) return `it is encrypted with ${paths.keyFile}: unset IAI_MCP_CRYPTO_PASSPHRASE`
  if (hasKeychain) return 'its key is in the keychain: unset IAI_MCP_CRYPTO_PASSPHRASE'
  return `restore ${paths.description} (the salt) from a copy, ${fromSheet}`
}

/** The key, made and written first where the plan says so. Ends an interrupted change. Rejects with key_missing. */
export async function openKey(
  dataDir: string,
  passphrase: string | null,
  keychain: Keychain = systemKeychain(),
): Promise<StoreKey> {
  settleKeyChange(dataDir)
  const plan = planKey(dataDir, passphrase !== null)
  if (plan.kind !== 'new key file' && plan.kind !== 'new passphrase')
    return readKey(dataDir, passphrase, keychain)
  const source = describeKeyPlan(dataDir, plan)
  if (plan.kind === 'new key file') return { key: createKeyFile(dataDir), source, parameters: null }
  const parameters = createParameters(dataDir)
  return { key: await deriveKey(passphrase ?? '', parameters), source, parameters }
}

/** The key of a store that is there; writes nothing, so it needs no lock. Rejects with key_missing. */
export async function readKey(
  dataDir: string,
  passphrase: string | null,
  keychain: Keychain = systemKeychain(),
): Promise<StoreKey> {
  const plan = planKey(dataDir, passphrase !== null)
  const source = describeKeyPlan(dataDir, plan)
  switch (plan.kind) {
    case 'key file':
      return { key: plan.key, source, parameters: null }
    case 'passphrase':
      return {
        key: await deriveKey(passphrase ?? '', plan.parameters),
        source,
        parameters: plan.parameters,
      }
    case 'keychain':
      return { key: await keychain.read(plan.entry), source, parameters: null }
    case 'new key file':
    case 'new passphrase':
      throw new AppError('not_found', `${dataDir} holds no store yet: it is made by the first start`)
    case 'missing':
      throw new AppError(
        'key_missing',
        `the store ${storeFilePath(dataDir)} is there but its key is not; nothing was changed. Remedy: ${plan.remedy}`,
      )
  }
}

/** In words, without the key. */
export function describeKeyPlan(dataDir: string, { kind }: KeyPlan): string {
  if (kind === 'missing') return 'none that opens the store'
  if (kind === 'key file' || kind === 'new key file') return `key file ${keyPaths(dataDir).keyFile}`
  if (kind === 'keychain') return 'keychain of this system'
  return 'passphrase from IAI_MCP_CRYPTO_PASSPHRASE'
}

function createKeyFile(dataDir: string): Buffer {
  const key = randomBytes(keyBytes)
  writeKeyFile(dataDir, key)
  return key
}

function createParameters(dataDir: string): KeyParameters {
  const parameters = createKeyParameters()
  writeKeyDescription(dataDir, parameters)
  return parameters
}
