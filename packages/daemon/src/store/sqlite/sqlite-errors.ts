// SQLite's result codes and the system's in the daemon's words. Every failure of the database passes through here once.
import DatabaseConstructor from 'better-sqlite3-multiple-ciphers'
import { AppError, errnoOf, isAppError } from '../../kit/errors.ts'

/** The extended result code of an SQLite error ('SQLITE_IOERR_WRITE'), or undefined. */
export function sqliteCodeOf(error: unknown): string | undefined {
  return error instanceof DatabaseConstructor.SqliteError ? error.code : undefined
}

/** Runs `work`; what it throws of the database's or the system's comes out as an AppError about `file`. */
export function raising<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw toAppError(error, file)
  }
}

export function toAppError(error: unknown, file: string): AppError {
  if (isAppError(error)) return error
  const code = sqliteCodeOf(error) ?? errnoOf(error)
  const cause = { cause: error }
  if (code === undefined) return new AppError('internal', 'the store failed unexpectedly', cause)
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'disk_full',
      `no space left for ${file}: nothing of this was stored; free some space and try again (reading still works)`,
      cause,
    )
  }
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return new AppError(
      'store_corrupt',
      `${file} is damaged (${code}): stop the daemon, keep a copy of the file, and restore a backup`,
      cause,
    )
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new AppError('locked', `another process keeps ${file} locked; close it and try again`, cause)
  }
  if (/^(?:SQLITE_(?:IOERR|READONLY|CANTOPEN|PERM|AUTH)|E[A-Z]+$)/.test(code)) {
    return new AppError(
      'unavailable',
      `the disk refused ${file} (${code}): check that it is there, mounted, writable and healthy`,
      cause,
    )
  }
  return new AppError('internal', 'the store failed unexpectedly', cause)
}
