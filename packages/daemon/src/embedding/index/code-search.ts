// The scan as the vector index calls it: in a worker thread (the product), or right here (tests, tools).
import { limits } from '../../kit/limits.ts'
import { ThreadCalls, threadEntry } from '../thread-calls.ts'
import { type CodeBatch, type CodeQuestion, type CodeRow, CodeTable } from './code-table.ts'
import type { CodeThreadService } from './code-thread.ts'

/** Calls take effect in the order they are made, awaited or not. */
export interface CodeSearch {
  add(rows: readonly CodeRow[]): Promise<void>
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
    async add(rows) {
      for (const row of rows) table.add(row)
    },
    async addBatch(batch) {
      table.addBatch(batch)
    },
    remove: async (ids) => ids.filter((id) => table.remove(id)).length,
    search: async (question, options) => table.search(question, options),
    size: async () => ({ rows: table.size, bytes: table.bytes }),
    async close() {},
  }
}

export function startCodeSearch(bits: number): CodeSearch {
  const entry = threadEntry('code-thread', import.meta.url)
  const thread = new ThreadCalls<CodeThreadService>('the vector index', entry, { bits })
  return {
    add: (rows) => thread.call('add', [rows], limits.vectorCallMsMax),
    addBatch: (batch) => thread.call('addBatch', [batch], limits.vectorCallMsMax),
    remove: (ids) => thread.call('remove', [ids], limits.vectorCallMsMax),
    search: (question, options) => thread.call('search', [question, options], limits.vectorCallMsMax),
    size: () => thread.call('size', [], limits.vectorCallMsMax),
    close: () => thread.close(),
  }
}
