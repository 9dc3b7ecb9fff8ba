// The small file beside the database that says which cipher it is under. A hint, not a truth: without it, or with a
// wrong one, opening tries every cipher. The key check tells a wrong key from a damaged file.
import { timingSafeEqual } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { errnoOf } from '../../kit/errors.ts'
import { keyIdOf } from '../key-id.ts'

/** Aegis first: the faster of the two where it was measured (ARCHITECTURE.md). */
export const ciphers = ['aegis', 'chacha20'] as const
export type Cipher = (typeof ciphers)[number]

export interface CipherNote {
  readonly cipher: Cipher
  /** Id of the key the note was written with. */
  readonly keyCheck: string
}

export function noteFileOf(file: string): string {
  return `${file}.cipher`
}

/** Null when there is no note, or none that can be read. */
export function readCipherNote(file: string): CipherNote | null {
  let text: string
  try {
    text = readFileSync(noteFileOf(file), 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  }
  const match = /^cipher=(\w+) key-check=([0-9a-f]{16})\n$/.exec(text)
  const cipher = ciphers.find((name) => name === match?.[1])
  return cipher === undefined || match?.[2] === undefined ? null : { cipher, keyCheck: match[2] }
}

export function writeCipherNote(file: string, cipher: Cipher, key: Buffer): void {
  const temporary = `${noteFileOf(file)}.new`
  writeFileSync(temporary, `cipher=${cipher} key-check=${keyIdOf(key)}\n`, { mode: 0o600, flush: true })
  renameSync(temporary, noteFileOf(file))
}

export function noteIsOfKey(note: CipherNote, key: Buffer): boolean {
  return timingSafeEqual(Buffer.from(note.keyCheck, 'hex'), Buffer.from(keyIdOf(key), 'hex'))
}
