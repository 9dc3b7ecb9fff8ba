// The key of the store: derived from the passphrase (scrypt, parameters and salt in key.json) or 32 random bytes, in
// hex, in .key. Either file is made on the first start only: where there is a store and no key, the start is refused
// and nothing is written. Call openKey while holding the data directory's lock.
import { randomBytes, scrypt } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { readPrivateFile, writePrivateFile } from '../kit/private-file.ts'
import { storeFilePath } from './store-file.ts'

export interface StoreKey {
  /** 32 bytes */
  readonly key: Buffer
  /** In words, for the banner and doctor; never the key. */
  readonly source: string
}

const keyBytes = 32
const keyPattern = /^[0-9a-f]{64}$/
const saltBytes = 16

/** 128 MiB and about half a second per guess: what OWASP asks for at least is N 2^17, r 8, p 1. */
const newParameters = { n: 131_072, r: 8, p: 1 } as const

const keyParameters = z.strictObject({
  version: z.literal(1),
  kdf: z.literal('scrypt'),
  n: z.int().min(newParameters.n).max(1_048_576),
  r: z.int().min(8).max(16),
  p: z.int().min(1).max(4),
  salt: z.base64().refine((text) => Buffer.from(text, 'base64').length === saltBytes),
})
type KeyParameters = z.infer<typeof keyParameters>

/** Where the key will come from. */
export type KeyPlan =
  | { readonly kind: 'key file'; readonly key: Buffer }
  | { readonly kind: 'new key file' }
  | { readonly kind: 'passphrase'; readonly parameters: KeyParameters }
  | { readonly kind: 'new passphrase' }
  /** There is a store and nothing that opens it. */
  | { readonly kind: 'missing'; readonly remedy: string }

/** Reads what is there and writes nothing. Raises data_dir_unsafe for key files that are not private or not whole. */
export function planKey(dataDir: string, hasPassphrase: boolean): KeyPlan {
  const paths = keyPaths(dataDir)
  const keyText = readPrivateFile(paths.keyFile, limits.keyFileBytesMax)
  const parametersText = readPrivateFile(paths.parameters, limits.keyFileBytesMax)
  const hasStore = hasContent(storeFilePath(dataDir))
  if (hasPassphrase) {
    if (parametersText !== null)
      return { kind: 'passphrase', parameters: parseParameters(paths.parameters, parametersText) }
    if (!hasStore) return { kind: 'new passphrase' }
    const remedy =
      keyText === null
        ? `restore ${paths.parameters} (the salt) from a copy`
        : `it is encrypted with ${paths.keyFile}: unset IAI_MCP_CRYPTO_PASSPHRASE`
    return { kind: 'missing', remedy }
  }
  if (keyText !== null) return { kind: 'key file', key: parseKey(paths.keyFile, keyText) }
  if (!hasStore) return { kind: 'new key file' }
  const remedy =
    parametersText === null
      ? `restore ${paths.keyFile} from a copy`
      : 'it is encrypted with a passphrase: set IAI_MCP_CRYPTO_PASSPHRASE'
  return { kind: 'missing', remedy }
}

/** The key, made and written first where the plan says so. Rejects with key_missing. */
export async function openKey(dataDir: string, passphrase: string | null): Promise<StoreKey> {
  const plan = planKey(dataDir, passphrase !== null)
  const source = describeKeyPlan(dataDir, plan)
  switch (plan.kind) {
    case 'key file':
      return { key: plan.key, source }
    case 'new key file':
      return { key: createKeyFile(keyPaths(dataDir).keyFile), source }
    case 'passphrase':
      return { key: await derive(passphrase ?? '', plan.parameters), source }
    case 'new passphrase':
      return {
        key: await derive(passphrase ?? '', createParameters(keyPaths(dataDir).parameters)),
        source,
      }
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
  return 'passphrase from IAI_MCP_CRYPTO_PASSPHRASE'
}

function keyPaths(dataDir: string) {
  return { keyFile: join(dataDir, '.key'), parameters: join(dataDir, 'key.json') }
}

function createKeyFile(path: string): Buffer {
  const key = randomBytes(keyBytes)
  writePrivateFile(path, `${key.toString('hex')}\n`)
  return key
}

function createParameters(path: string): KeyParameters {
  const salt = randomBytes(saltBytes).toString('base64')
  const parameters: KeyParameters = { version: 1, kdf: 'scrypt', ...newParameters, salt }
  writePrivateFile(path, `${JSON.stringify(parameters)}\n`)
  return parameters
}

function parseKey(path: string, text: string): Buffer {
  if (keyPattern.test(text.trim())) return Buffer.from(text.trim(), 'hex')
  throw new AppError(
    'data_dir_unsafe',
    `${path} does not hold a key (${keyBytes} bytes in hex). Remedy: restore it from a copy`,
  )
}

function parseParameters(path: string, text: string): KeyParameters {
  const parsed = keyParameters.safeParse(parseJsonOrNull(text))
  if (parsed.success) return parsed.data
  throw new AppError(
    'data_dir_unsafe',
    `${path} does not hold the key parameters that this version knows. Remedy: restore it from a copy`,
  )
}

function parseJsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt)

function derive(passphrase: string, { n, r, p, salt }: KeyParameters): Promise<Buffer> {
  // The algorithm needs 128 * N * r bytes; twice that leaves room for its own book-keeping.
  const options = { N: n, r, p, maxmem: 128 * n * r * 2 }
  // NFC: the same passphrase typed on another keyboard or system is the same passphrase.
  return scryptAsync(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), keyBytes, options)
}

/** SQLite leaves an empty file when a first start is cut short: that is no store yet. */
function hasContent(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0
}
