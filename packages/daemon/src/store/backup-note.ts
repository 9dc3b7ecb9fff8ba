// What a backup says of itself: one page of JSON at the end of the file, behind the encrypted database, which SQLite does
// not look at. It holds nothing that was said, and what it takes besides the passphrase to derive the key; so one file
// is a whole backup, on any machine.
import { closeSync, fstatSync, fsyncSync, openSync, readSync, truncateSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../kit/errors.ts'

const noteBytes = 4096
const opening = 'iai-mcp backup '

const hex16 = z.string().regex(/^[0-9a-f]{16}$/)

export const backupNote = z.object({
  version: z.literal(1),
  /** ms */
  made_at: z.int(),
  made_by: z.string().max(100),
  store: hex16,
  state: hex16,
  key_check: hex16,
  cipher: z.enum(['aegis', 'chacha20']),
  /** What the key is derived from, besides the passphrase; null for a random key. */
  key_parameters: z.record(z.string(), z.unknown()).nullable(),
  schema_version: z.int(),
  memories: z.int(),
  sessions: z.int(),
  newest_said_at: z.int().nullable(),
})
export type BackupNote = z.infer<typeof backupNote>

/** Adds the note to a database that is complete. Durable when it returns. */
export function appendBackupNote(file: string, note: BackupNote): void {
  const text = Buffer.from(`${opening}${JSON.stringify(note)}\n`)
  if (text.length > noteBytes) throw new RangeError('a backup note fits its page')
  const page = Buffer.alloc(noteBytes, ' ')
  text.copy(page)
  const handle = openSync(file, 'r+')
  try {
    writeSync(handle, page, 0, noteBytes, fstatSync(handle).size)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Null when the file is no backup, or not a whole one. */
export function readBackupNote(file: string): BackupNote | null {
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    if (size <= noteBytes) return null
    const page = Buffer.alloc(noteBytes)
    readSync(handle, page, 0, noteBytes, size - noteBytes)
    const text = page.toString('utf8').trimEnd()
    if (!text.startsWith(opening)) return null
    return backupNote.safeParse(parseOrNull(text.slice(opening.length))).data ?? null
  } finally {
    closeSync(handle)
  }
}

/** Takes the note off a copy of a backup: what is left is the database. */
export function removeBackupNote(file: string): void {
  if (readBackupNote(file) === null) throw new AppError('store_corrupt', `${file} is no whole backup`)
  const handle = openSync(file, 'r')
  const { size } = fstatSync(handle)
  closeSync(handle)
  truncateSync(file, size - noteBytes)
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
