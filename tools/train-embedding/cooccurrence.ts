// From the word stream to a sparse symmetric matrix of positive pointwise mutual information (Levy & Goldberg 2014),
// with frequent stems subsampled (Mikolov 2013) and context counts smoothed.
import type { Heap } from './kernels.ts'
import type { Random } from './random.ts'
import type { WorkerPool } from './worker-pool.ts'

export interface SparseMatrix {
  readonly rows: number
  readonly cells: number
  /** Byte offsets into the heap: row starts (int32, rows + 1), columns (int32), values (float32). */
  readonly starts: number
  readonly columns: number
  readonly values: number
}

const window = 6
/** A pair must be worth one direct neighbourhood. */
const cellMin = window
const blockRows = 1024
const subsampleThreshold = 1e-4
/** Counts to this power on both sides: the symmetric form of smoothing one side by .75. */
const smoothing = 0.875

/** Drops frequent stems at random: a stem of share p stays with probability sqrt(threshold / p). */
export function subsample(
  stream: Int32Array,
  counts: Float64Array,
  random: Random,
): Int32Array<SharedArrayBuffer> {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const stays = counts.map((count) => Math.sqrt(subsampleThreshold / (count / total)))
  const kept = new Int32Array(new SharedArrayBuffer(stream.length * 4))
  let length = 0
  for (const stem of stream) {
    if (stem < 0) {
      if (length > 0 && (kept[length - 1] as number) >= 0) kept[length++] = -1
    } else if ((stays[stem] as number) >= 1 || random() < (stays[stem] as number)) kept[length++] = stem
  }
  return kept.subarray(0, length)
}

export async function mutualInformation(
  pool: WorkerPool,
  heap: Heap,
  stream: Int32Array<SharedArrayBuffer>,
  stems: number,
): Promise<SparseMatrix> {
  const blocks = []
  for (let fromRow = 0; fromRow < stems; fromRow += blockRows) {
    blocks.push({ stream, stems, fromRow, toRow: Math.min(stems, fromRow + blockRows), window, cellMin })
  }
  const counted = await pool.map('countBlock', blocks)
  const cellsMax = counted.reduce((sum, block) => sum + block.columns.length, 0)
  const rowSums = new Float64Array(stems)
  let row = 0
  for (const block of counted) {
    let at = 0
    for (const length of block.lengths) {
      for (const end = at + length; at < end; at++)
        rowSums[row] = (rowSums[row] as number) + (block.sums[at] as number)
      row++
    }
  }
  const total = rowSums.reduce((sum, value) => sum + value, 0)
  const smoothedTotal = rowSums.reduce((sum, value) => sum + value ** smoothing, 0)
  // log(x_ij · total / (r_i · r_j)), the marginals smoothed: split into one term per cell and one per row.
  const offsets = rowSums.map((sum) => Math.log(sum ** smoothing / smoothedTotal))
  const starts = heap.allocate((stems + 1) * 4)
  const columns = heap.allocate(cellsMax * 4)
  const values = heap.allocate(cellsMax * 4)
  const startsView = heap.integers(starts, stems + 1)
  const columnsView = heap.integers(columns, cellsMax)
  const valuesView = heap.floats(values, cellsMax)
  let cells = 0
  row = 0
  for (const block of counted) {
    let at = 0
    for (const length of block.lengths) {
      startsView[row] = cells
      for (const end = at + length; at < end; at++) {
        const column = block.columns[at] as number
        const information =
          Math.log((block.sums[at] as number) / total) -
          (offsets[row] as number) -
          (offsets[column] as number)
        if (information <= 0) continue
        columnsView[cells] = column
        valuesView[cells++] = information
      }
      row++
    }
  }
  startsView[stems] = cells
  return { rows: stems, cells, starts, columns, values }
}
