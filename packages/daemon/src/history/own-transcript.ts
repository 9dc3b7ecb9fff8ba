// Which files the daemon reads because somebody named them: only transcripts in the folder where their host keeps them,
// owned by this user, reached without a symbolic link. Anything else is refused before it is opened.
import { lstat, realpath } from 'node:fs/promises'
import { basename, isAbsolute, normalize, relative, sep } from 'node:path'
import { AppError, errnoOf } from '../kit/errors.ts'

/** Raises `forbidden` for what is no transcript of ours, `not_found` for what is not there. */
export async function assertOwnTranscript(folder: string, path: string): Promise<void> {
  if (!isAbsolute(path) || path !== normalize(path) || !basename(path).endsWith('.jsonl')) {
    throw new AppError('forbidden', 'a transcript is named by its plain absolute path, ending in .jsonl')
  }
  const [root, file] = await Promise.all([realOf(folder), realOf(path)])
  const below = root === null || file === null ? relative(folder, path) : relative(root, file)
  if (below === '' || below.startsWith('..') || isAbsolute(below)) {
    throw new AppError('forbidden', `only transcripts in ${folder} are read; this one is elsewhere`)
  }
  if (file === null) throw new AppError('not_found', `${path} is not there (yet)`)
  // The folder itself may be reached by a link; nothing below it may.
  if (!path.endsWith(`${sep}${below}`)) {
    throw new AppError('forbidden', 'a symbolic link leads to this transcript; links are not followed')
  }
  const found = await lstat(file)
  if (!found.isFile() || found.uid !== process.getuid?.()) {
    throw new AppError('forbidden', 'this transcript is not a plain file of the user who runs the daemon')
  }
}

/** Null when nothing is there. */
async function realOf(path: string): Promise<string | null> {
  try {
    return await realpath(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw new AppError('forbidden', `${path} cannot be looked at (${errnoOf(error)})`, { cause: error })
  }
}
