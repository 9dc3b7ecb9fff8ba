// Entry of the vector index's worker thread: one code table, asked by startCodeSearch.
import { workerData } from 'node:worker_threads'
import { serveCalls } from '../thread-serve.ts'
import { type CodeBatch, type CodeQuestion, type CodeRow, CodeTable } from './code-table.ts'

const { bits } = workerData as { bits: number }
const table = new CodeTable(bits)

const service = {
  add(rows: readonly CodeRow[]): void {
    for (const row of rows) table.add(row)
  },
  addBatch: (batch: CodeBatch): void => table.addBatch(batch),
  remove: (ids: readonly number[]): number => ids.filter((id) => table.remove(id)).length,
  search: (question: Float32Array, options: CodeQuestion): number[] => table.search(question, options),
  size: () => ({ rows: table.size, bytes: table.bytes }),
}

export type CodeThreadService = typeof service

serveCalls(service)
