// Small files that others wrote, read without trust: a pipe is not waited for, a device not read, and what is larger than
// expected is refused.
import { constants, type FileHandle, open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { errnoOf } from '../kit/errors.ts'

/** A file that is there but does not say what it should; the message names it. */
export class UnreadableError extends Error {}

/** Why a file could not be read, in words. What is no such error is raised again. */
export function whyUnreadable(error: unknown): string {
  if (error instanceof UnreadableError) return error.message
  if (error instanceof Error && errnoOf(error) !== undefined) return error.message
  throw error
}

/**
 * Text of the plain file `name` in `folder`, a real path; null when there is none. Raises UnreadableError, also when it is
 * over `bytesMax`, or a link that leads out of the folder: then it says what some other folder is.
 */
export async function readBounded(folder: string, name: string, bytesMax: number): Promise<string | null> {
  const path = join(folder, name)
  const real = await realpath(path).catch(() => path)
  if (!real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
    throw new UnreadableError(`${path} is a link to ${real}`)
  }
  let file: FileHandle
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return null
    throw new UnreadableError(`${path} cannot be read (${errnoOf(error)})`)
  }
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new UnreadableError(`${path} is no plain file`)
    const bytes = Buffer.alloc(Math.min(found.size, bytesMax) + 1)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    if (bytesRead > bytesMax) throw new UnreadableError(`${path} is larger than ${bytesMax} bytes`)
    return bytes.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The same without the one line end that such files close with; null also when nothing is left. */
export async function readLine(folder: string, name: string, bytesMax: number): Promise<string | null> {
  const text = await readBounded(folder, name, bytesMax)
  return text?.replace(/\r?\n$/u, '') || null
}
