// Nearest memories by meaning: binary codes of all of them in memory find candidates, their int8 rows, fetched from
// the store, decide. Holds no vectors itself. What was added is found and what was removed is gone as soon as the
// call returns; a row that the store no longer has is never a hit.
import { assert } from '../kit/assert.ts'
import { limits } from '../kit/limits.ts'
import { codeOf, spread } from './codes.ts'
import { isZeroRow } from './embedder.ts'
import type { CodeSearch, CodeSize } from './index/code-search.ts'
import type { CodeBatch } from './index/code-table.ts'
import { bestHits, type VectorHit } from './rescoring.ts'

export interface VectorRow {
  /** Row number in the store; a safe integer. */
  readonly id: number
  readonly project: string
  /** From `quantise`. */
  readonly row: Int8Array
}

export interface VectorQuestion {
  readonly limit: number
  /** Projects that may be seen; null: all. */
  readonly projects: readonly string[] | null
}

/** The quantised rows of these ids, in order; undefined for a row that is no longer there. */
export type ReadRows = (ids: readonly number[]) => Promise<readonly (Int8Array | undefined)[]>

export interface VectorIndex {
  readonly dimensions: number
  /** Takes what the store has persisted (`codeOf` of each row). Rows already added stay. */
  load(batches: AsyncIterable<CodeBatch> | Iterable<CodeBatch>): Promise<void>
  add(rows: readonly VectorRow[]): Promise<void>
  /** How many of the ids were held. */
  remove(ids: readonly number[]): Promise<number>
  /** Best first; `question` is a unit vector. A zero vector finds nothing. */
  search(vector: Float32Array, question: VectorQuestion): Promise<readonly VectorHit[]>
  size(): Promise<CodeSize>
  close(): Promise<void>
}

export function createVectorIndex(dimensions: number, codes: CodeSearch, readRows: ReadRows): VectorIndex {
  return {
    dimensions,
    async load(batches) {
      for await (const batch of batches) await codes.addBatch(batch)
    },
    add: (rows) => codes.add(rows.map(({ id, project, row }) => ({ id, project, code: codeOf(row) }))),
    remove: (ids) => codes.remove(ids),
    async search(vector, { limit, projects }) {
      assert(vector.length === dimensions, 'a question has the width of the index')
      if (limit <= 0 || isZeroRow(vector)) return []
      const ids = await codes.search(spread(vector), { ...candidatesFor(limit), projects })
      const rows = await readRows(ids)
      return bestHits(vector, ids, rows, limit)
    },
    size: () => codes.size(),
    close: () => codes.close(),
  }
}

/** Enough candidates for the true nearest to be among them; measured in docs/model-card.md. */
function candidatesFor(limit: number): { wanted: number; scanned: number } {
  const wanted = Math.max(limits.vectorRowsMin, limit * limits.vectorRowsPerHit)
  return { wanted, scanned: wanted * limits.vectorCodesPerRow }
}
