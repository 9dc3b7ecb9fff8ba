// What the data directory says about its key: `.key` (the key, in hex) and `key.json` (what it is derived from, or that
// the keychain has it). While a key is being changed, `key-change.json` says what comes next and by what to tell whether
// the store is already under it; reading here sees through an interrupted change, and settleKeyChange ends it.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError, errnoOf } from '../kit/errors.ts'
import { syncPath } from '../kit/files.ts'
import { limits } from '../kit/limits.ts'
import { readPrivateFile, writePrivateFile } from '../kit/private-file.ts'
import { keyBytes, keyParameters } from './passphrase.ts'
import { storeDraftPath, storeFilePath } from './store-file.ts'

const keyPattern = /^[0-9a-f]{64}$/

const keychainEntry = z.strictObject({
  version: z.literal(1),
  kdf: z.literal('none'),
  keychain: z.strictObject({ service: z.string().max(100), account: z.string().max(100) }),
})
export type KeychainEntry = z.infer<typeof keychainEntry>

const description = z.union([keyParameters, keychainEntry])

/** What key.json can say. */
export type KeyDescription = z.infer<typeof description>

/** What holds a key between two starts. */
export type KeyHolder =
  | { readonly kind: 'key file'; readonly key: string }
  | { readonly kind: 'described'; readonly description: KeyDescription }

const holder = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('key file'), key: z.string().regex(keyPattern) }),
  z.strictObject({ kind: z.literal('described'), description }),
])

const journal = z.strictObject({
  version: z.literal(1),
  /** sha256 of the first page of the store that is under the next key */
  first_page: z.string().regex(/^[0-9a-f]{64}$/),
  next: holder,
})

/** What is there; at most one of the two is made by us, but a user may have put back the other. */
export interface KeyMaterial {
  readonly key: Buffer | null
  readonly description: KeyDescription | null
  /** A change of the key was interrupted; the next start, or command that needs the store, ends it. */
  readonly isChanging: boolean
}

export function keyPaths(dataDir: string) {
  return {
    keyFile: join(dataDir, '.key'),
    description: join(dataDir, 'key.json'),
    journal: join(dataDir, 'key-change.json'),
  }
}

/** Writes nothing. Raises data_dir_unsafe for files that are not private or not whole. */
export function readKeyMaterial(dataDir: string): KeyMaterial {
  const change = readJournal(dataDir)
  if (change !== null && isUnderNextKey(dataDir, change.first_page)) {
    const { next } = change
    return next.kind === 'key file'
      ? { key: Buffer.from(next.key, 'hex'), description: null, isChanging: true }
      : { key: null, description: next.description, isChanging: true }
  }
  const paths = keyPaths(dataDir)
  const keyText = readPrivateFile(paths.keyFile, limits.keyFileBytesMax)
  const text = readPrivateFile(paths.description, limits.keyFileBytesMax)
  return {
    key: keyText === null ? null : parseKey(paths.keyFile, keyText),
    description: text === null ? null : parseDescription(paths.description, text),
    isChanging: change !== null,
  }
}

export function writeKeyFile(dataDir: string, key: Buffer): void {
  writePrivateFile(keyPaths(dataDir).keyFile, `${key.toString('hex')}\n`)
}

export function writeKeyDescription(dataDir: string, described: KeyDescription): void {
  writePrivateFile(keyPaths(dataDir).description, `${JSON.stringify(described)}\n`)
}

/** From here on the store is under the next key as soon as a file with that first page stands at its path. */
export function noteKeyChange(dataDir: string, next: KeyHolder, draft: string): void {
  const entry = { version: 1, first_page: firstPageOf(draft), next } satisfies z.input<typeof journal>
  writePrivateFile(keyPaths(dataDir).journal, `${JSON.stringify(entry)}\n`)
}

/** Where a crash can leave the files while a change is being settled, for tests that end the process there. */
export const settlingPoints = ['next key kept', 'former key removed', 'change forgotten'] as const

/**
 * Ends a change of the key that was interrupted: forwards when the store is under the next key, else back. Call while
 * holding the data directory's lock. Runs to the same end however often it is cut short.
 */
export function settleKeyChange(
  dataDir: string,
  at: (point: (typeof settlingPoints)[number]) => void = () => {},
): 'nothing to do' | 'finished' | 'taken back' {
  const change = readJournal(dataDir)
  const paths = keyPaths(dataDir)
  const draft = storeDraftPath(dataDir)
  if (change !== null && isUnderNextKey(dataDir, change.first_page)) {
    // Of the former key; without it the store finds its cipher by trying.
    rmSync(`${storeFilePath(dataDir)}.cipher`, { force: true })
    keep(dataDir, change.next)
    at('next key kept')
    rmSync(change.next.kind === 'key file' ? paths.description : paths.keyFile, { force: true })
    syncPath(dataDir)
    at('former key removed')
    rmSync(paths.journal, { force: true })
    syncPath(dataDir)
    at('change forgotten')
    return 'finished'
  }
  for (const suffix of ['', '-journal', '-wal', '-shm', '.cipher', '.cipher.new'])
    rmSync(`${draft}${suffix}`, { force: true })
  if (change === null) return 'nothing to do'
  rmSync(paths.journal, { force: true })
  syncPath(dataDir)
  return 'taken back'
}

function keep(dataDir: string, next: KeyHolder): void {
  if (next.kind === 'key file') writeKeyFile(dataDir, Buffer.from(next.key, 'hex'))
  else writeKeyDescription(dataDir, next.description)
}

function readJournal(dataDir: string): z.infer<typeof journal> | null {
  const path = keyPaths(dataDir).journal
  const text = readPrivateFile(path, limits.keyFileBytesMax)
  if (text === null) return null
  const parsed = journal.safeParse(parseJsonOrNull(text))
  if (parsed.success) return parsed.data
  throw new AppError(
    'data_dir_unsafe',
    `${path} says that the key is being changed, in a way that this version does not know. Remedy: use the version that began it, or restore ${path} from a copy`,
  )
}

function isUnderNextKey(dataDir: string, firstPage: string): boolean {
  try {
    return firstPageOf(storeFilePath(dataDir)) === firstPage
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Ciphertext under a fresh nonce: no two stores, and no two writings of one, begin alike. */
function firstPageOf(file: string): string {
  const page = Buffer.alloc(4096)
  const handle = openSync(file, 'r')
  try {
    const length = readSync(handle, page, 0, page.length, 0)
    return createHash('sha256').update(page.subarray(0, length)).digest('hex')
  } finally {
    closeSync(handle)
  }
}

function parseKey(path: string, text: string): Buffer {
  if (keyPattern.test(text.trim())) return Buffer.from(text.trim(), 'hex')
  throw new AppError(
    'data_dir_unsafe',
    `${path} does not hold a key (${keyBytes} bytes in hex). Remedy: restore it from a copy, or move it away and enter the recovery sheet (iai-mcp key import)`,
  )
}

function parseDescription(path: string, text: string): KeyDescription {
  const parsed = description.safeParse(parseJsonOrNull(text))
  if (parsed.success) return parsed.data
  throw new AppError(
    'data_dir_unsafe',
    `${path} does not hold the key parameters that this version knows. Remedy: restore it from a copy, or move it away and enter the recovery sheet (iai-mcp key import)`,
  )
}

function parseJsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
