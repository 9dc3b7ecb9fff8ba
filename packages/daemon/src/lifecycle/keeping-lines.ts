// The control line `backup` of the Unix socket: the running daemon copies its own store. Only the socket takes it: it
// names a file to write, and whoever may open the socket may write there anyway.
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { isAppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import type { BackupNote } from '../store/backup-note.ts'
import type { Control } from '../transport/socket/socket-server.ts'

export interface KeepingParts {
  readonly backUp: (target: string) => Promise<BackupNote>
  readonly log: Log
}

const line = z.object({ path: z.string().max(limits.pathCharsMax).refine(isAbsolute, 'an absolute path') })

/** Answers lines of type `backup` with `{ok: true, note}`. */
export function withKeepingLines(control: Control, { backUp, log }: KeepingParts): Control {
  return async (message) => {
    if (message.type !== 'backup') return control(message)
    const parsed = line.safeParse(message)
    if (!parsed.success) return { ok: false, reason: `backup needs a path: ${z.prettifyError(parsed.error)}` }
    try {
      return { ok: true, note: await backUp(parsed.data.path) }
    } catch (error) {
      if (!isAppError(error)) throw error
      log.error('backup_failed', error)
      return { ok: false, reason: error.message, code: error.code }
    }
  }
}
