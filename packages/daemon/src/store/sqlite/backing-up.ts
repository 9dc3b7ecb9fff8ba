// Makes a backup: a checked copy of the store under its own key, with the note at its end, in place in one rename.
import { renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncPath } from '../../kit/files.ts'
import { unfinishedSuffix } from '../backup-folder.ts'
import { appendBackupNote, type BackupNote } from '../backup-note.ts'
import type { StoreFile } from './connection.ts'
import { copyStore, removeCopy } from './copying.ts'
import { toAppError } from './sqlite-errors.ts'

export interface BackupRequest {
  readonly store: Pick<StoreFile, 'file' | 'key'>
  readonly target: string
  readonly madeAt: number
  readonly madeBy: string
  readonly keyParameters: BackupNote['key_parameters']
}

/** Where a crash can leave the files, for tests that end the process there. */
export const backupPoints = ['copied', 'note added', 'in place'] as const
export type BackupPoint = (typeof backupPoints)[number]

/** Replaces what is at the target only when all of it has succeeded. Raises AppError. */
export function backUp(
  { store, target, madeAt, madeBy, keyParameters }: BackupRequest,
  at: (point: BackupPoint) => void = () => {},
): BackupNote {
  const draft = `${target}${unfinishedSuffix}`
  removeCopy(draft)
  try {
    const facts = copyStore(store, draft)
    at('copied')
    const note: BackupNote = {
      version: 1,
      made_at: madeAt,
      made_by: madeBy,
      store: facts.store,
      state: facts.state,
      key_check: facts.keyCheck,
      cipher: facts.cipher,
      key_parameters: keyParameters,
      schema_version: facts.schemaVersion,
      memories: facts.memories,
      sessions: facts.sessions,
      newest_said_at: facts.newestSaidAt,
    }
    appendBackupNote(draft, note)
    at('note added')
    renameSync(draft, target)
    syncPath(dirname(target))
    at('in place')
    return note
  } catch (error) {
    rmSync(draft, { force: true })
    throw toAppError(error, target)
  }
}
