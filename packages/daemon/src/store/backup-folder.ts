// The backups in a folder: what they are called, which there are, and which of them are kept. Only files that carry the
// name and the note of a backup are ever looked at or removed.
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../kit/errors.ts'
import { makeDurableFolder } from '../kit/files.ts'
import { type BackupNote, readBackupNote } from './backup-note.ts'

export interface Backup {
  readonly file: string
  readonly note: BackupNote
  readonly bytes: number
}

const namePattern = /^iai-mcp-\d{8}T\d{6}Z(?:-\d+)?\.backup$/
export const unfinishedSuffix = '.unfinished'

/** A name that nothing in `folder` has: `iai-mcp-20261122T154500Z.backup`, the next in the same second `…Z-2.backup`. */
export function freeBackupPath(folder: string, at: number): string {
  const stamp = new Date(at).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')
  for (let number = 1; ; number++) {
    const path = join(folder, `iai-mcp-${stamp}${number === 1 ? '' : `-${number}`}.backup`)
    if (!existsSync(path)) return path
  }
}

/** Newest first. A folder that is not there holds none. */
export function listBackups(folder: string): readonly Backup[] {
  return namesIn(folder)
    .filter((name) => namePattern.test(name))
    .flatMap((name) => {
      const file = join(folder, name)
      const info = lstatSync(file, { throwIfNoEntry: false })
      const note = info?.isFile() ? readBackupNote(file) : null
      return note === null || info === undefined ? [] : [{ file, note, bytes: info.size }]
    })
    .sort((a, b) => b.note.made_at - a.note.made_at)
}

/** What a killed run left behind. */
export function unfinishedBackups(folder: string): readonly string[] {
  return namesIn(folder)
    .filter((name) => name.includes(unfinishedSuffix) && name.startsWith('iai-mcp-'))
    .map((name) => join(folder, name))
}

/** Which of them go when `keep` of this store stay; those of other stores are not counted and not touched. */
export function outdatedBackups(backups: readonly Backup[], store: string, keep: number): readonly Backup[] {
  return backups.filter(({ note }) => note.store === store).slice(keep)
}

export function makeBackupFolder(folder: string): void {
  makeDurableFolder(folder)
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
