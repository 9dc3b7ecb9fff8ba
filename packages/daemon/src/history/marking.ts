// Puts marks in the order of safety: first everything read so far is durable, then its marks are written. Both are done
// for many files at once, and reading goes on meanwhile: waiting for the store would leave it without work.
import { limits } from '../kit/limits.ts'
import { type FileMark, type MarkStore, markAt } from './marks.ts'
import type { HistoryFile } from './source.ts'
import type { TurnBatches } from './turn-batches.ts'

export interface Marking {
  /** A turn was handed over; true when it is time for a mark. */
  turn(): boolean
  /** The file has been read up to `offset`. Written when everything before it is durable. */
  reached(file: HistoryFile, offset: number, isDone: boolean): Promise<void>
  /** Resolves when all marks are written. */
  flush(): Promise<void>
}

export function createMarking(marks: MarkStore, batches: TurnBatches, filterKey: string): Marking {
  let waiting = new Map<string, FileMark>()
  let turns = 0
  let writing: Promise<void> = Promise.resolve()

  /** Resolves when what was read so far is on its way; `writing` ends when its marks are written, in order. */
  async function begin(): Promise<void> {
    const due = waiting
    waiting = new Map()
    turns = 0
    const { durable } = await batches.seal()
    writing = Promise.all([writing, durable]).then(async () => {
      for (const [path, mark] of due) await marks.put(path, mark)
    })
    writing.catch(() => {}) // told by flush
  }

  return {
    turn() {
      turns += 1
      return turns >= limits.importMarkEveryTurns
    },
    async reached(file, offset, isDone) {
      // A file that vanished meanwhile needs no mark.
      const mark = await markAt(file, offset, isDone, filterKey).catch(() => null)
      if (mark !== null) waiting.set(file.path, mark)
      if (turns >= limits.importMarkEveryTurns || waiting.size >= limits.importMarksWaitingMax) await begin()
    },
    async flush() {
      await begin()
      await writing
    },
  }
}
