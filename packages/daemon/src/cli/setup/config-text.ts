// Reads and replaces other programs' configuration files: through symbolic links (the link stays, its target changes),
// in one step, with the mode they had. Only plain files in UTF-8.
import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { lstat, mkdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError, errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'

export interface ConfigText {
  /** Where the bytes are; another path than the named one behind a symbolic link. */
  readonly realPath: string
  /** null: there is no such file */
  readonly bytes: Buffer | null
  readonly mode: number
  readonly text: string
}

const newFileMode = 0o600

/** Raises config_invalid for what is no plain text file, or a link to nothing. */
export async function readConfigText(path: string): Promise<ConfigText> {
  const realPath = await resolveLinks(path)
  try {
    const found = await stat(realPath)
    if (!found.isFile()) throw refused(path, 'is not a plain file')
    if (found.size > limits.hostConfigBytesMax)
      throw refused(path, `is larger than ${limits.hostConfigBytesMax} bytes`)
    const bytes = await readFile(realPath)
    return { realPath, bytes, mode: found.mode & 0o777, text: decode(path, bytes) }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { realPath, bytes: null, mode: newFileMode, text: '' }
    throw errnoOf(error) === undefined || error instanceof AppError
      ? error
      : refused(path, `cannot be read (${errnoOf(error)})`)
  }
}

async function resolveLinks(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT')
      throw refused(path, `cannot be looked at (${errnoOf(error) ?? 'unknown error'})`)
    const isLink = await lstat(path).then(
      (found) => found.isSymbolicLink(),
      () => false,
    )
    if (isLink) throw refused(path, 'is a symbolic link to nothing')
    return path
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    // The mark at the start is kept: the file is written back byte for byte.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw refused(path, 'is not text in UTF-8')
  }
}

/** Replaces the file in one step. Returns the folders that had to be made, outermost first. */
export async function writeConfigBytes(
  realPath: string,
  bytes: Buffer,
  mode: number,
): Promise<readonly string[]> {
  const made = await makeFolders(dirname(realPath))
  const temporary = `${realPath}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const fd = openSync(temporary, 'wx', mode)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    chmodSync(temporary, mode) // whatever the umask took away
    renameSync(temporary, realPath)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw refused(realPath, `cannot be written (${errnoOf(error) ?? 'unknown error'})`)
  }
  return made
}

async function makeFolders(folder: string): Promise<readonly string[]> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return []
  const made = [first]
  for (const name of folder.slice(first.length).split('/').filter(Boolean))
    made.push(join(made.at(-1) ?? first, name))
  return made
}

function refused(path: string, what: string): AppError {
  return new AppError('config_invalid', `${path} ${what}; it is left as it is`)
}
