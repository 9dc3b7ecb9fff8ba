// The data directory: created private (0700) when it is missing, refused with the remedy when anyone else could read
// or replace what is in it. Never changes the mode or owner of a directory that was there before.
import { access, constants, lstat, realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError, errnoOf, isOutOfSpace } from '../kit/errors.ts'
import { makeDurableFolder, syncNamesIn } from '../kit/files.ts'

export async function prepareDataDir(path: string): Promise<void> {
  const problem = await findDataDirProblem(path)
  if (problem === 'missing') return create(path)
  if (problem !== null) throw problem
  // Whoever made it may have been cut short before its name was on disk.
  syncNamesIn(dirname(path))
}

/** What is wrong with the directory, or null. Changes nothing: doctor asks too. */
export async function findDataDirProblem(path: string): Promise<AppError | 'missing' | null> {
  const info = await lstat(path).catch((error) => errnoOf(error) ?? 'unknown')
  if (info === 'ENOENT') return 'missing'
  if (typeof info === 'string')
    return unsafe(`${path} cannot be looked at (${info})`, 'choose another place with IAI_MCP_STORE')
  if (info.isSymbolicLink()) {
    const target = await realpath(path).catch(() => 'its target')
    return unsafe(`${path} is a symbolic link`, `set IAI_MCP_STORE to ${target} itself`)
  }
  if (!info.isDirectory())
    return unsafe(`${path} is not a directory`, 'move it away, or choose another place with IAI_MCP_STORE')
  const uid = process.getuid?.()
  if (uid !== undefined && info.uid !== uid)
    return unsafe(
      `${path} belongs to user id ${info.uid}, and this is user id ${uid}`,
      `run as its owner, or: sudo chown -R ${uid} ${quote(path)}`,
    )
  if ((info.mode & 0o077) !== 0)
    return unsafe(`${path} is open to other users (mode ${mode(info.mode)})`, `chmod 700 ${quote(path)}`)
  const failed = await access(path, constants.R_OK | constants.W_OK | constants.X_OK).catch(errnoOf)
  if (failed === 'EROFS')
    return unsafe(`${path} is on a read-only file system`, 'choose another place with IAI_MCP_STORE')
  if (failed !== undefined)
    return unsafe(`${path} cannot be written (mode ${mode(info.mode)})`, `chmod 700 ${quote(path)}`)
  return null
}

async function create(path: string): Promise<void> {
  try {
    makeDurableFolder(path)
  } catch (error) {
    const errno = errnoOf(error) ?? 'unknown'
    if (isOutOfSpace(errno))
      throw new AppError('disk_full', `no space left to create ${path}: free some and start again`)
    throw unsafe(
      `${path} cannot be created (${errno})`,
      'choose a place that you can write with IAI_MCP_STORE',
    )
  }
}

function unsafe(what: string, remedy: string): AppError {
  return new AppError('data_dir_unsafe', `the data directory ${what}. Remedy: ${remedy}`)
}

function mode(bits: number): string {
  return (bits & 0o777).toString(8).padStart(4, '0')
}

/** For a shell: in single quotes when the path has anything that a shell would read. */
function quote(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
