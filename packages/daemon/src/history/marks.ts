// How far each file has been read. A mark is only believed when the file is provably the one it was made for: a
// transcript that was rewritten or replaced is read again from its start, which costs time and changes nothing.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { limits } from '../kit/limits.ts'
import type { HistoryFile } from './source.ts'

export interface FileMark {
  readonly bytes: number
  readonly modifiedAt: number
  readonly inode: number
  readonly offset: number
  /** Everything up to the end that the file then had was read. */
  readonly isDone: boolean
  /** Of the first and last bytes before `offset`; '' where offsets do not hang on the file's bytes. */
  readonly prefixHash: string
  /** What the file was read as, and what was to be left out; a mark made under others says nothing. */
  readonly filterKey: string
}

/** Where marks are kept between runs; given by the caller. Losing them is harmless. */
export interface MarkStore {
  get(path: string): Promise<FileMark | null>
  put(path: string, mark: FileMark): Promise<void>
}

export function memoryMarks(): MarkStore {
  const marks = new Map<string, FileMark>()
  return {
    get: async (path) => marks.get(path) ?? null,
    put: async (path, mark) => void marks.set(path, mark),
  }
}

export type ReadingStart = { readonly kind: 'unchanged' } | { readonly kind: 'from'; readonly offset: number }

export async function readingStart(
  file: HistoryFile,
  mark: FileMark | null,
  filterKey: string,
): Promise<ReadingStart> {
  const isOfThisReading = mark?.filterKey === readingKey(file, filterKey)
  if (mark === null || !isOfThisReading || mark.inode !== file.inode) return { kind: 'from', offset: 0 }
  const isUnchanged = mark.bytes === file.bytes && mark.modifiedAt === file.modifiedAt
  if (isUnchanged && mark.isDone) return { kind: 'unchanged' }
  const holds = {
    always: () => true,
    'while-unchanged': () => isUnchanged,
    'while-prefix-same': async () =>
      mark.offset <= file.bytes && mark.prefixHash === (await prefixHash(file.path, mark.offset)),
  }[file.offsetsHold]
  return { kind: 'from', offset: (await holds()) ? mark.offset : 0 }
}

export async function markAt(
  file: HistoryFile,
  offset: number,
  isDone: boolean,
  filterKey: string,
): Promise<FileMark> {
  const hash = file.offsetsHold === 'while-prefix-same' ? await prefixHash(file.path, offset) : ''
  const { bytes, modifiedAt, inode } = file
  const key = readingKey(file, filterKey)
  return { bytes, modifiedAt, inode, offset, isDone, prefixHash: hash, filterKey: key }
}

/** A file that was read as what it is not is read again as what it is. */
function readingKey({ client }: HistoryFile, filterKey: string): string {
  return `${client} ${filterKey}`
}

async function prefixHash(path: string, offset: number): Promise<string> {
  const count = Math.min(limits.historyPrefixBytes, offset)
  const hash = createHash('sha256')
  const handle = await open(path, 'r')
  try {
    for (const position of [0, offset - count]) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, position)
      hash.update(buffer.subarray(0, bytesRead))
    }
  } finally {
    await handle.close()
  }
  return hash.digest('base64url')
}
