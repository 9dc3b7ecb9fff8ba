// The scan as the vector index calls it: in a worker thread (the product), or right here (tests, tools).
import { limits } from '../../kit/limits.ts'
import { createSharedThread } from '../shared-thread.ts'
import { type CodeBatch, type CodeQuestion, CodeTable } from './code-table.ts'

/** Calls take effect in the order they are made, awaited or not. */
export interface CodeSearch {
  addBatch(batch: CodeBatch): Promise<void>
  /** How many of the ids were held. */
  remove(ids: readonly number[]): Promise<number>
  /** Ids, nearest first; `question` is spread into code space. */
  search(question: Float32Array, options: CodeQuestion): Promise<readonly number[]>
  size(): Promise<CodeSize>
  close(): Promise<void>
}

export interface CodeSize {
  readonly rows: number
  readonly bytes: number
}

export function localCodeSearch(bits: number): CodeSearch {
  const table = new CodeTable(bits)
  return {
    async addBatch(batch) {
      table.addBatch(batch)
    },
    remove: async (ids) => ids.filter((id) => table.remove(id)).length,
    search: async (question, options) => table.search(question, options),
    size: async () => ({ rows: table.size, bytes: table.bytes }),
    async close() {},
  }
}

export function startCodeSearch(bits: number, shared = createSharedThread()): CodeSearch {
  const thread = shared.lease()
  const msMax = limits.vectorCallMsMax
  // A thread that is not there says so to the first call that waits for an answer.
  thread.call('openCodes', [bits], msMax).catch(() => {})
  return {
    addBatch: (batch) => thread.call('addCodeBatch', [batch], msMax),
    remove: (ids) => thread.call('removeCodes', [ids], msMax),
    search: (question, options) => thread.call('searchCodes', [question, options], msMax),
    size: () => thread.call('sizeOfCodes', [], msMax),
    close: () => thread.release(),
  }
}
