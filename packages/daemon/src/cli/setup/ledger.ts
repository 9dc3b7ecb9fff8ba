// What set-up changed, so that it can be undone to the byte: for each file its bytes before the first change, and a hash
// of what we made of it. Kept in the data directory, private, because a configuration may hold keys.
import { createHash } from 'node:crypto'
import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError, errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { readPrivateFile, writePrivateFile } from '../../kit/private-file.ts'

const entrySchema = z.object({
  realPath: z.string(),
  /** base64; null: there was no file */
  before: z.string().nullable(),
  mode: z.int(),
  /** SHA-256 of the bytes that we wrote last. */
  after: z.string(),
  /** Others changed the file between two of our changes: `before` would take theirs away. */
  isMixed: z.boolean(),
  foldersMade: z.array(z.string()),
})
const ledgerSchema = z.object({ version: z.literal(1), entries: z.array(entrySchema) })

export type LedgerEntry = z.infer<typeof entrySchema>

function ledgerPath(dataDir: string): string {
  return join(dataDir, 'setup.json')
}

/** Raises data_dir_unsafe when the file is not ours or cannot be understood. */
export function readLedger(dataDir: string): readonly LedgerEntry[] {
  const path = ledgerPath(dataDir)
  const text = readPrivateFile(path, limits.setupLedgerBytesMax)
  if (text === null) return []
  try {
    return ledgerSchema.parse(JSON.parse(text)).entries
  } catch (cause) {
    throw new AppError(
      'data_dir_unsafe',
      `${path} cannot be understood; it holds your files as they were before set-up. Keep a copy, then move it away`,
      { cause },
    )
  }
}

/** Durable when it returns. */
export function writeLedger(dataDir: string, entries: readonly LedgerEntry[]): void {
  if (entries.length === 0) rmSync(ledgerPath(dataDir), { force: true })
  else writePrivateFile(ledgerPath(dataDir), `${JSON.stringify({ version: 1, entries })}\n`)
}

export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Removes folders that are empty, innermost first; one that is in use stays. */
export function removeEmptyFolders(folders: readonly string[]): void {
  for (const folder of folders.toReversed()) {
    try {
      if (readdirSync(folder).length === 0) rmdirSync(folder)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
    }
  }
}
