// How backups read on a terminal.
import { statSync } from 'node:fs'
import type { Backup } from '../../store/backup-folder.ts'
import { isoMinute } from '../../text/dates.ts'
import { memoriesText } from '../counted.ts'
import { dim, type Line } from '../output.ts'

/** '2026-11-22 15:45 UTC' */
export function momentOf(ms: number): string {
  return `${isoMinute(ms)} UTC`
}

export function sizeText(file: string): string {
  return megabytes(statSync(file).size)
}

export function backupLines(backups: readonly Backup[]): Line[] {
  return backups.map(({ file, note, bytes }) => [
    momentOf(note.made_at),
    `  ${memoriesText(note.memories).padStart(17)}  ${megabytes(bytes).padStart(9)}  `,
    dim(file),
  ])
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
