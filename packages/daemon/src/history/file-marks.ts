// Marks between runs, in one file of JSON lines: a line is added for each mark and the last one for a path counts. Holds
// paths, sizes and hashes, no text. A file made for another store is not believed: what is marked as taken in must be in
// this one. Losing the file costs time, nothing else.
import { appendFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { errnoOf } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { readPrivateFile, writePrivateFile } from '../kit/private-file.ts'
import type { FileMark, MarkStore } from './marks.ts'

const headSchema = z.object({ version: z.literal(1), store: z.string() })
const lineSchema = z.object({
  path: z.string(),
  mark: z.object({
    bytes: z.number(),
    modifiedAt: z.number(),
    inode: z.number(),
    offset: z.number(),
    isDone: z.boolean(),
    prefixHash: z.string(),
    filterKey: z.string(),
  }),
})

export interface FileMarksOptions {
  readonly path: string
  /** The file that the marked turns went into. */
  readonly storeFile: string
  /** The marks made last that are kept; all when absent. */
  readonly filesMax?: number | undefined
}

export interface FileMarks extends MarkStore {
  /** Marked files, the one marked last at the end. */
  paths(): readonly string[]
}

/** Raises data_dir_unsafe when the file is not ours alone. */
export async function openFileMarks(options: FileMarksOptions): Promise<FileMarks> {
  const { path, storeFile, filesMax = Number.POSITIVE_INFINITY } = options
  const store = await storeIdentity(storeFile)
  const marks = parse(readPrivateFile(path, limits.importMarksBytesMax) ?? '', store)
  // The first mark of a run rewrites the file, and so does every one after which most lines have been overtaken.
  let linesAdded = Number.POSITIVE_INFINITY
  function rewrite(): void {
    for (const file of marks.keys()) {
      if (marks.size <= filesMax) break
      marks.delete(file)
    }
    writePrivateFile(path, render(marks, store))
    linesAdded = 0
  }
  return {
    paths: () => [...marks.keys()],
    get: async (file) => marks.get(file) ?? null,
    async put(file, mark) {
      marks.delete(file)
      marks.set(file, mark)
      linesAdded += 1
      if (linesAdded > marks.size + limits.marksLinesOvertakenMax) return rewrite()
      appendFileSync(path, `${JSON.stringify({ path: file, mark })}\n`, { mode: 0o600 })
    },
  }
}

/** A store that was moved away and made anew is another file. */
export async function storeIdentity(storeFile: string): Promise<string> {
  try {
    const { dev, ino, birthtimeMs } = await stat(storeFile)
    return `${dev}:${ino}:${Math.floor(birthtimeMs)}`
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'none'
    throw error
  }
}

function parse(text: string, store: string): Map<string, FileMark> {
  const marks = new Map<string, FileMark>()
  const [first = '', ...lines] = text.split('\n')
  const head = headSchema.safeParse(parseJson(first))
  if (!head.success || head.data.store !== store) return marks
  for (const line of lines) {
    // The last line of a killed run may be half a line.
    const parsed = lineSchema.safeParse(parseJson(line))
    if (!parsed.success) continue
    marks.delete(parsed.data.path) // so that the file marked last comes last
    marks.set(parsed.data.path, parsed.data.mark)
  }
  return marks
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function render(marks: ReadonlyMap<string, FileMark>, store: string): string {
  const lines = [...marks].map(([path, mark]) => JSON.stringify({ path, mark }))
  return `${[JSON.stringify({ version: 1, store }), ...lines].join('\n')}\n`
}
