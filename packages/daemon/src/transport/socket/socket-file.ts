// The file at which the socket is found. It appears complete (bound, 0600), replaces only a socket nobody answers at,
// and is removed only while it is still the one we put there. An inherited socket's file is the service manager's.
import { randomBytes } from 'node:crypto'
import { lstatSync, renameSync, rmSync, type Stats, statSync } from 'node:fs'
import type { ListenOptions, Server } from 'node:net'
import { dirname, join } from 'node:path'
import type { Clock } from '../../kit/clock.ts'
import { AppError, errnoOf, isOutOfSpace } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { probeDaemon } from './probe.ts'

export interface SocketFile {
  /** Does nothing when another file has taken the place. */
  remove(): void
}

/**
 * Binds `server` and publishes it at `path`. Raises `locked` when a daemon answers there, `data_dir_unsafe` for a file
 * that is not a socket of ours, `config_invalid` for a path that cannot be used.
 */
export async function listenAtPath(server: Server, path: string, now: Clock): Promise<SocketFile> {
  // libuv unlinks the name it bound when it closes, whoever owns that name by then. It gets a name of its own, and
  // the rename puts the finished socket in place of a stale one in one step.
  const bindPath = join(dirname(path), `.s${randomBytes(3).toString('hex')}`)
  refuseLongPath(path, bindPath)
  refuseUnfitFolder(dirname(path))
  await refuseOccupied(path, now)
  await bindPrivately(server, bindPath)
  const bound = lstatSync(bindPath)
  renameSync(bindPath, path)
  return {
    remove() {
      const found = lstatSync(path, { throwIfNoEntry: false })
      if (found !== undefined && isSameFile(found, bound)) rmSync(path, { force: true })
    },
  }
}

function refuseLongPath(path: string, bindPath: string): void {
  const bytesMax = process.platform === 'darwin' ? limits.socketPathBytesMaxDarwin : limits.socketPathBytesMax
  if (Math.max(Buffer.byteLength(path), Buffer.byteLength(bindPath)) <= bytesMax) return
  throw new AppError(
    'config_invalid',
    `socket path ${path} is too long for this system (at most ${bytesMax} bytes): set IAI_DAEMON_SOCKET_PATH to a shorter one`,
  )
}

/**
 * Asked beforehand because libuv reports a missing directory as a missing permission, and because clients go by the
 * folder: where others may write, a stranger could be the next to have the socket's name.
 */
function refuseUnfitFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found?.isDirectory() !== true)
    throw new AppError('config_invalid', `no directory ${folder} for the socket: create it with mode 0700`)
  const isOursOrTheSystems = found.uid === process.getuid?.() || found.uid === 0
  if (isOursOrTheSystems && (found.mode & 0o022) === 0) return
  throw new AppError(
    'data_dir_unsafe',
    `other users can put a socket of theirs into ${folder}: set IAI_DAEMON_SOCKET_PATH to a place in a directory that only you can write`,
  )
}

async function refuseOccupied(path: string, now: Clock): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isSocket() || found.uid !== process.getuid?.()) {
    const what = found.isSocket() ? `a socket of another user (uid ${found.uid})` : 'not a socket'
    throw new AppError(
      'data_dir_unsafe',
      `${path} is ${what}: move it away, or set IAI_DAEMON_SOCKET_PATH to another path`,
    )
  }
  const holder = await probeDaemon(path, limits.socketProbeMsMax, now)
  if (holder === null) return
  throw new AppError(
    'locked',
    `a running daemon${holder === '' ? '' : ` (${holder})`} answers at ${path}: use it, or stop it with 'iai-mcp stop'`,
  )
}

/** 0600 from creation: the mask is in force only while listen() binds, which it does before it returns. */
async function bindPrivately(server: Server, path: string): Promise<void> {
  const before = process.umask(0o177)
  let bound: Promise<void>
  try {
    bound = listening(server, { path, exclusive: true })
  } finally {
    process.umask(before)
  }
  await bound.catch((cause) => {
    throw whyNotBound(cause, path)
  })
}

/** Raises config_invalid when `fd` is not a listening Unix socket. */
export async function listenOnFd(server: Server, fd: number): Promise<void> {
  await listening(server, { fd }).catch((cause) => {
    throw new AppError(
      'config_invalid',
      `file descriptor ${fd} is no listening socket (${errnoOf(cause) ?? 'unknown error'}): check the socket unit`,
      { cause },
    )
  })
}

function listening(server: Server, options: ListenOptions & { fd?: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function whyNotBound(cause: Error, path: string): AppError {
  if (isOutOfSpace(errnoOf(cause)))
    return new AppError('disk_full', `no space left to create ${path}: free some and start again`, { cause })
  return new AppError(
    'data_dir_unsafe',
    `cannot create a socket in ${dirname(path)} (${errnoOf(cause) ?? cause.name}): check its owner and mode`,
    { cause },
  )
}

function isSameFile(a: Stats, b: Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino
}
