// Finds files below a folder and opens them for reading. Symbolic links below the folder are named, never followed:
// they could lead anywhere, or in circles; the folder itself may be one.
import type { Dirent } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Discovered, HistoryFile, OffsetsHold } from './source.ts'

export interface FoundPath {
  readonly path: string
  readonly kind: 'file' | 'symlink' | 'unreadable'
  readonly detail?: string
}

type Wanted = (name: string) => boolean

/** Paths below `folder` whose name `wanted` accepts, in name order; `depth` folders deep. */
export async function* walk(
  folder: string,
  wanted: Wanted,
  signal: AbortSignal,
  depth: number = limits.historyFolderDepthMax,
): AsyncGenerator<FoundPath> {
  let entries: Dirent[]
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const errno = errnoOf(error)
    if (errno !== 'ENOENT') yield { path: folder, kind: 'unreadable', detail: errno ?? 'error' }
    return
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    signal.throwIfAborted()
    const path = join(folder, entry.name)
    if (entry.isSymbolicLink()) yield { path, kind: 'symlink' }
    else if (entry.isFile() && wanted(entry.name)) yield { path, kind: 'file' }
    else if (entry.isDirectory() && depth > 0) yield* walk(path, wanted, signal, depth - 1)
  }
}

/** What a walk found, as files of `client`. */
export async function* discoverBelow(
  folder: string,
  client: string,
  wanted: Wanted,
  signal: AbortSignal,
): AsyncGenerator<Discovered> {
  for await (const found of walk(folder, wanted, signal)) {
    if (found.kind === 'file') yield await describe(found.path, client, 'while-prefix-same')
    else yield skippedFile(found.path, found.kind, found.detail)
  }
}

/** The file at `path`, or why it cannot be read. */
export async function describe(path: string, client: string, offsetsHold: OffsetsHold): Promise<Discovered> {
  try {
    const { size, mtimeMs, ino } = await stat(path)
    const file: HistoryFile = {
      client,
      path,
      bytes: size,
      modifiedAt: Math.floor(mtimeMs),
      inode: ino,
      offsetsHold,
    }
    return { kind: 'file', file }
  } catch (error) {
    return skippedFile(path, 'unreadable', errnoOf(error))
  }
}

export function skippedFile(
  file: string,
  reason: 'symlink' | 'unreadable' | 'unsupported' | 'bookkeeping',
  detail?: string,
): Discovered {
  return { kind: 'skipped', skipped: { file, at: null, reason, ...(detail === undefined ? {} : { detail }) } }
}

/** The bytes of a file from `start`, in chunks; closed when the loop over it ends, however it ends. */
export async function* chunksOf(path: string, start: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r')
  const stream = handle.createReadStream({ start, highWaterMark: limits.historyChunkBytes, signal })
  try {
    for await (const chunk of stream) yield chunk as Buffer
  } finally {
    stream.destroy()
    await handle.close()
  }
}

/** `chunks` without their first `count` bytes: for packed files, which cannot be entered in the middle. */
export async function* withoutFirst(count: number, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let at = 0
  for await (const chunk of chunks) {
    const skip = Math.max(0, count - at)
    at += chunk.length
    if (skip < chunk.length) yield skip === 0 ? chunk : chunk.subarray(skip)
  }
}
