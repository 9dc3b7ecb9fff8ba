// The control lines `backup` and `export` of the Unix socket: the running daemon copies its own store. Only the socket
// takes them: they name a file to write, and whoever may open the socket may write there anyway.
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { isAppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import { type ArchiveFormat, archiveFormats } from '../store/archive-records.ts'
import type { BackupNote } from '../store/backup-note.ts'
import type { Control } from '../transport/socket/answers.ts'

export interface KeepingParts {
  readonly backUp: (target: string) => Promise<BackupNote>
  readonly exportTo: (target: string, format: ArchiveFormat) => Promise<{ readonly records: number }>
  readonly log: Log
}

const path = z.string().max(limits.pathCharsMax).refine(isAbsolute, 'an absolute path')
const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('backup'), path }),
  z.object({ type: z.literal('export'), path, format: z.enum(archiveFormats) }),
])

/** Answers lines of type `backup` with `{ok: true, note}`, of type `export` with `{ok: true, records}`. */
export function withKeepingLines(control: Control, { backUp, exportTo, log }: KeepingParts): Control {
  return async (message) => {
    if (message.type !== 'backup' && message.type !== 'export') return control(message)
    const parsed = line.safeParse(message)
    if (!parsed.success)
      return { ok: false, reason: `not a ${message.type} line: ${z.prettifyError(parsed.error)}` }
    const asked = parsed.data
    try {
      if (asked.type === 'backup') return { ok: true, note: await backUp(asked.path) }
      return { ok: true, ...(await exportTo(asked.path, asked.format)) }
    } catch (error) {
      if (!isAppError(error)) throw error
      log.error(`${asked.type}_failed`, error)
      return { ok: false, reason: error.message, code: error.code }
    }
  }
}
