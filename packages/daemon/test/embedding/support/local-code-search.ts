// The scan on the thread that asks: what a search gives without a thread in between.
import type { CodeSearch } from '../../../src/embedding/index/code-search.ts'
import { CodeTable } from '../../../src/embedding/index/code-table.ts'

export function localCodeSearch(bits: number): CodeSearch {
  const table = new CodeTable(bits)
  return {
    async addBatch(batch) {
      table.addBatch(batch)
    },
    rekey: async (from, into) => table.rekey(from, into),
    remove: async (ids) => ids.filter((id) => table.remove(id)).length,
    search: async (question, options) => table.search(question, options),
    size: async () => ({ rows: table.size, bytes: table.bytes }),
    async close() {},
  }
}
