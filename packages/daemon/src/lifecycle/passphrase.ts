// From a passphrase to a key: scrypt with a random salt. What is needed to do it again (not the passphrase) is kept in
// key.json of the data directory and at the end of every backup.
import { randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'

export const keyBytes = 32
const saltBytes = 16

/** 128 MiB and about half a second per guess: what OWASP asks for at least is N 2^17, r 8, p 1. */
const newParameters = { n: 131_072, r: 8, p: 1 } as const

export const keyParameters = z.strictObject({
  version: z.literal(1),
  kdf: z.literal('scrypt'),
  n: z.int().min(newParameters.n).max(1_048_576),
  r: z.int().min(8).max(16),
  p: z.int().min(1).max(4),
  salt: z.base64().refine((text) => Buffer.from(text, 'base64').length === saltBytes),
})
export type KeyParameters = z.infer<typeof keyParameters>

export function createKeyParameters(): KeyParameters {
  return { version: 1, kdf: 'scrypt', ...newParameters, salt: randomBytes(saltBytes).toString('base64') }
}

const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** The same passphrase and parameters give the same key. */
export function deriveKey(passphrase: string, { n, r, p, salt }: KeyParameters): Promise<Buffer> {
  // The algorithm needs 128 * N * r bytes; twice that leaves room for its own book-keeping.
  const options = { N: n, r, p, maxmem: 128 * n * r * 2 }
  // NFC: the same passphrase typed on another keyboard or system is the same passphrase.
  return scryptAsync(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), keyBytes, options)
}
