// Small files that only their owner may read: tokens, ports. Written whole or not at all, 0600 from creation; read
// only when they are a plain file of ours that nobody else can open. Links are never followed.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError, errnoOf, isOutOfSpace } from './errors.ts'
import { syncPath } from './files.ts'

/** Text of a private file, or null when there is none. Raises data_dir_unsafe, also when it is over `bytesMax`. */
export function readPrivateFile(path: string, bytesMax: number): string | null {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw unsafe(path, error)
  }
  try {
    const found = fstatSync(fd)
    refuseUnsafe(path, found)
    const bytes = Buffer.alloc(Math.min(found.size, bytesMax) + 1)
    const length = readSync(fd, bytes, 0, bytes.length, 0)
    if (length > bytesMax)
      throw new AppError('data_dir_unsafe', `${path} is larger than ${bytesMax} bytes: ${remedy}`)
    return bytes.toString('utf8', 0, length)
  } finally {
    closeSync(fd)
  }
}

/** Replaces the file at `path` in one step; durable when it returns. */
export function writePrivateFile(path: string, text: string): void {
  refuseLink(path)
  // Random, not the process id: a killed writer leaves its file behind, and process ids come again.
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const fd = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(fd, text)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
    syncPath(dirname(path))
  } catch (error) {
    rmSync(temporary, { force: true })
    if (isOutOfSpace(errnoOf(error))) {
      throw new AppError('disk_full', `no space left to write ${path}; free some and start again`, {
        cause: error,
      })
    }
    throw unsafe(path, error)
  }
}

/**
 * Removes what writers that were killed left of `writePrivateFile` in `folder`, keys and tokens among it. Only what was
 * last touched before `untouchedSince` (ms): a younger one may be somebody's who is writing just now. Returns the names.
 */
export function removeUnfinished(folder: string, untouchedSince: number): readonly string[] {
  const isUnfinished = (name: string): boolean =>
    /\.[0-9a-f]{12}\.tmp$/.test(name) &&
    (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? untouchedSince) < untouchedSince
  const names = readdirSync(folder).filter(isUnfinished)
  for (const name of names) rmSync(join(folder, name), { force: true })
  return names
}

const remedy = 'move it away and start again'

function refuseLink(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile()) {
    throw new AppError('data_dir_unsafe', `${path} is not a plain file: ${remedy}`)
  }
}

function refuseUnsafe(path: string, found: Stats): void {
  if (!found.isFile()) throw new AppError('data_dir_unsafe', `${path} is not a plain file: ${remedy}`)
  if (found.uid !== process.getuid?.()) {
    throw new AppError(
      'data_dir_unsafe',
      `${path} belongs to another user (uid ${found.uid}): make it yours with sudo chown "$(id -u)" ${path}, or, if you do not know it, ${remedy}`,
    )
  }
  if ((found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(3, '0')
    throw new AppError(
      'data_dir_unsafe',
      `${path} can be read by others (mode ${mode}): run chmod 600 ${path}`,
    )
  }
}

function unsafe(path: string, cause: unknown): AppError {
  const errno = errnoOf(cause)
  if (errno === 'ELOOP')
    return new AppError('data_dir_unsafe', `${path} is a symbolic link: ${remedy}`, { cause })
  if (errno === 'EACCES' || errno === 'EPERM')
    return new AppError(
      'data_dir_unsafe',
      `this user may not use ${path} (${errno}): it must be yours alone: sudo chown "$(id -u)" ${path}, chmod 600 ${path}`,
      { cause },
    )
  return new AppError(
    'data_dir_unsafe',
    `cannot use ${path} (${errno ?? 'unknown error'}): check its owner and mode`,
    {
      cause,
    },
  )
}
