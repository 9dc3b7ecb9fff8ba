// Nearest memories by meaning, as far as their binary codes tell, which are all in memory: candidates, of which their int8
// rows decide (rescoring.ts) where those are, beside the store. Holds no vectors itself. What was added is found and what
// was removed is gone as soon as the call returns.
import { assert } from '../kit/assert.ts'
import { limits } from '../kit/limits.ts'
import { spread } from './codes.ts'
import { isZeroRow } from './embedder.ts'
import type { CodeSearch } from './index/code-search.ts'
import type { CodeBatch, CodeSize } from './index/code-table.ts'

export interface VectorQuestion {
  readonly limit: number
  /** Projects that may be seen; null: all. */
  readonly projects: readonly string[] | null
}

export interface VectorIndex {
  readonly dimensions: number
  /** Takes what the store has persisted (`codeOf` of each row), beside what is there. */
  add(batch: CodeBatch): Promise<void>
  /** How many of the ids were held. */
  remove(ids: readonly number[]): Promise<number>
  /** What was of the project `from` is of `into` from now on. */
  rekey(from: string, into: string): Promise<void>
  /** Ids of the `limit` nearest by code, nearest first; `vector` is a unit vector. A zero vector finds nothing. */
  search(vector: Float32Array, question: VectorQuestion): Promise<readonly number[]>
  size(): Promise<CodeSize>
  close(): Promise<void>
}

export function createVectorIndex(dimensions: number, codes: CodeSearch): VectorIndex {
  return {
    dimensions,
    // At once, so that what is removed right after it stays removed.
    add: (batch) => codes.addBatch(batch),
    remove: (ids) => codes.remove(ids),
    rekey: (from, into) => codes.rekey(from, into),
    async search(vector, { limit, projects }) {
      assert(vector.length === dimensions, 'a question has the width of the index')
      if (limit <= 0 || isZeroRow(vector)) return []
      const scanned = limit * limits.vectorCodesPerHit
      return codes.search(spread(vector), { wanted: limit, scanned, projects })
    },
    size: () => codes.size(),
    close: () => codes.close(),
  }
}
