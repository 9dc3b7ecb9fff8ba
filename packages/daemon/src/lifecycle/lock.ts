// One daemon per data directory. The lock is SQLite's exclusive lock on an empty file (.daemon.lock): the operating
// system drops it with the process, however that ends, so a killed daemon never blocks the next one. Who holds it
// stands beside it (.daemon.json), because nobody else may open the lock file: closing any descriptor of it in this
// process would drop the lock. That note only serves messages: a full disk may keep it from being written.
import { closeSync, constants, existsSync, fstatSync, openSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3-multiple-ciphers'
import { z } from 'zod'
import { AppError, errnoOf, isOutOfSpace } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import { readPrivateFile, writePrivateFile } from '../kit/private-file.ts'

const holderSchema = z.object({ pid: z.int().positive(), startedAt: z.int(), version: z.string() })

/** Who holds a data directory; `startedAt` in ms. */
export type LockHolder = z.infer<typeof holderSchema>

export interface DataDirLock {
  /** Removes the lock's files and lets go. Idempotent. */
  release(): void
}

/** Raises `locked` (saying who holds it and since when) while another daemon runs on `dataDir`. */
export function acquireLock(dataDir: string, holder: LockHolder, log: Log): DataDirLock {
  const paths = lockPaths(dataDir)
  const letGo = takeLockOf(paths.lock)
  if (letGo === null) throw lockedError(dataDir)
  let held = true
  const release = () => {
    if (!held) return
    held = false
    removeHolder(paths.holder, log)
    // Removed before it is let go: who was waiting for this file sees that it is no longer the one at the path.
    rmSync(paths.lock, { force: true })
    letGo()
  }
  noteHolder(paths.holder, holder, log)
  return { release }
}

function noteHolder(path: string, holder: LockHolder, log: Log): void {
  try {
    writePrivateFile(path, `${JSON.stringify(holder)}\n`)
  } catch (error) {
    log.error('holder_not_noted', error)
    removeHolder(path, log) // what a killed daemon left there would name the wrong process
  }
}

function removeHolder(path: string, log: Log): void {
  try {
    rmSync(path, { force: true })
  } catch (error) {
    log.error('holder_not_removed', error)
  }
}

/** Whether `pid` may still hold `dataDir`: its lock file goes when it lets go, and stays when it is killed. */
export function mayHold(dataDir: string, pid: number): boolean {
  const holder = readHolder(dataDir)
  return holder === null ? existsSync(lockPaths(dataDir).lock) : holder.pid === pid
}

/** What the last holder wrote about itself; it may be gone. Null when there is nothing readable. */
export function readHolder(dataDir: string): LockHolder | null {
  try {
    const text = readPrivateFile(lockPaths(dataDir).holder, limits.lockHolderFileBytesMax)
    const parsed = holderSchema.safeParse(text === null ? null : JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    // Only used to say more in a message; the lock itself decides.
    return null
  }
}

function lockPaths(dataDir: string) {
  return { lock: join(dataDir, '.daemon.lock'), holder: join(dataDir, '.daemon.json') }
}

function lockedError(dataDir: string): AppError {
  const holder = readHolder(dataDir)
  const who =
    holder === null
      ? 'another daemon'
      : `the daemon with process id ${holder.pid}, since ${new Date(holder.startedAt).toISOString()}`
  return new AppError(
    'locked',
    `${dataDir} is held by ${who}. Use that one (iai-mcp status), stop it (iai-mcp stop), or choose another ` +
      'directory with IAI_MCP_STORE',
  )
}

/**
 * Of two that try at the same moment each may be in the other's way, and neither get it: what is refused is tried again,
 * after a while of its own.
 */
function takeLockOf(path: string): (() => void) | null {
  for (let attempt = 1; ; attempt++) {
    const letGo = takeLock(path)
    if (letGo !== null || attempt === limits.lockAttemptsMax) return letGo
    waitMs(Math.random() * limits.lockRetryMsMax)
  }
}

/** Blocks: a daemon has nothing else to do before it has its lock. */
function waitMs(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** A function that lets the lock go, or null when someone else has it. */
function takeLock(path: string): (() => void) | null {
  for (;;) {
    const fd = openLockFile(path)
    let database: InstanceType<typeof Database> | undefined
    const letGo = () => {
      database?.close()
      closeSync(fd)
    }
    try {
      database = new Database(path, { timeout: 0 })
      // Nothing is ever written, so nothing needs a journal on disk.
      database.pragma('journal_mode = MEMORY')
      database.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      letGo()
      if (errnoOf(error)?.startsWith('SQLITE_BUSY')) return null
      throw foreignFile(path, error)
    }
    // The last holder may have removed the file between our opening and our locking it. Our descriptor keeps its
    // inode from being used again, so an equal inode means that the path was ours throughout.
    if (fstatSync(fd).ino === inodeAt(path)) return letGo
    letGo()
  }
}

function openLockFile(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  } catch (error) {
    throw foreignFile(path, error)
  }
}

function inodeAt(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null
}

function foreignFile(path: string, cause: unknown): AppError {
  const errno = errnoOf(cause) ?? 'unknown'
  if (isOutOfSpace(errno) || errno === 'SQLITE_FULL')
    return new AppError('disk_full', `no space left to create ${path}: free some and start again`)
  return new AppError('data_dir_unsafe', `${path} cannot be locked (${errno}). Remedy: move that file away`, {
    cause,
  })
}
