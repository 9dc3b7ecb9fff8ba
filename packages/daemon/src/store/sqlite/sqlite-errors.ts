// SQLite's result codes and the system's in the daemon's words. Every failure of the database passes through here once.
import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
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
  if (code === undefined) return new AppError('internal', unexpected('no code'), cause)
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
    return new AppError('unavailable', refusedWords(file, code), cause)
  }
  const otherLayout = code === 'SQLITE_ERROR' ? layoutWords(error) : null
  if (otherLayout !== null) return new AppError('store_corrupt', `${file} ${otherLayout}`, cause)
  return new AppError('internal', unexpected(code), cause)
}

function unexpected(code: string): string {
  return `the store failed unexpectedly (${code}): run iai-mcp doctor --deep; if that finds nothing, please report it`
}

function refusedWords(file: string, code: string): string {
  if (!mayNotUse(file))
    return `the disk refused ${file} (${code}): check that it is there, mounted, writable and healthy`
  return (
    `this user may not read and write ${file} (${code}): ` +
    `sudo chown -R "$(id -u)" ${dirname(file)}, chmod 700 ${dirname(file)}, chmod 600 ${file}`
  )
}

/** It, or the folder that it is in, is there and closed to this user. */
function mayNotUse(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
    accessSync(dirname(file), constants.R_OK | constants.W_OK | constants.X_OK)
    return false
  } catch (error) {
    return errnoOf(error) === 'EACCES' || errnoOf(error) === 'EPERM'
  }
}

/** A table or column that is not there, or is there already, names the schema and never what is stored. */
function layoutWords(error: unknown): string | null {
  const message = error instanceof Error ? error.message : ''
  if (!/no such (?:table|column|index)|already exists|already a|has no column|duplicate column/.test(message))
    return null
  return (
    `is not laid out as this version expects (${message}): another iai-mcp wrote it, an unreleased or a newer one. ` +
    'Keep a copy; then restore a backup (iai-mcp restore), or run the version that wrote it, and take what it holds ' +
    'along with: iai-mcp export'
  )
}
