// Puts marks in the order of safety: first everything read so far is durable, then its marks are written. Both are done
// for many files at once, because waiting for the store after each would keep it from committing files together.
import { limits } from '../kit/limits.ts'
import { type FileMark, type MarkStore, markAt } from './marks.ts'
import type { HistoryFile } from './source.ts'
import type { TurnBatches } from './turn-batches.ts'

export interface Marking {
  /** A turn was handed over; true when it is time for a mark. */
  turn(): boolean
  /** The file has been read up to `offset`. Written with the next flush, which this may be. */
  reached(file: HistoryFile, offset: number, isDone: boolean): Promise<void>
  flush(): Promise<void>
}

export function createMarking(marks: MarkStore, batches: TurnBatches, filterKey: string): Marking {
  const waiting = new Map<string, FileMark>()
  let turns = 0

  async function flush(): Promise<void> {
    await batches.settle()
    for (const [path, mark] of waiting) await marks.put(path, mark)
    waiting.clear()
    turns = 0
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
      if (turns >= limits.importMarkEveryTurns || waiting.size >= limits.importMarksWaitingMax) await flush()
    },
    flush,
  }
}
