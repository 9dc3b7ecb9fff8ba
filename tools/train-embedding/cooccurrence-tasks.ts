// Counts which stems stand near each other, a block of rows of the (stems x stems) matrix at a time.
import type { TaskContext } from './tasks.ts'

export interface CountBlockArgs {
  /** Stem ids; negative marks end a paragraph. */
  readonly stream: Int32Array<SharedArrayBuffer>
  readonly stems: number
  readonly fromRow: number
  readonly toRow: number
  /** Neighbours on each side; the nearest counts `window`, the farthest 1. */
  readonly window: number
  /** Cells below this sum are dropped. */
  readonly cellMin: number
}

export interface CountBlock {
  /** Cells per row. */
  readonly lengths: Int32Array
  readonly columns: Int32Array
  readonly sums: Float32Array
}

export function countBlock(_: TaskContext, args: CountBlockArgs): CountBlock {
  const { stream, stems, fromRow, toRow, window } = args
  const dense = new Float32Array((toRow - fromRow) * stems)
  for (let at = 0; at < stream.length; at++) {
    const stem = stream[at] as number
    if (stem < fromRow || stem >= toRow) continue
    const base = (stem - fromRow) * stems
    for (let side = -1; side <= 1; side += 2) {
      for (let d = 1; d <= window; d++) {
        const other = stream[at + side * d]
        if (other === undefined || other < 0) break
        dense[base + other] = (dense[base + other] as number) + (window + 1 - d)
      }
    }
  }
  return compress(dense, stems, args.cellMin)
}

function compress(dense: Float32Array, stems: number, cellMin: number): CountBlock {
  const rows = dense.length / stems
  const lengths = new Int32Array(rows)
  let cells = 0
  for (const sum of dense) if (sum >= cellMin) cells++
  const columns = new Int32Array(cells)
  const sums = new Float32Array(cells)
  let to = 0
  for (let row = 0; row < rows; row++) {
    const before = to
    for (let column = 0; column < stems; column++) {
      const sum = dense[row * stems + column] as number
      if (sum < cellMin) continue
      columns[to] = column
      sums[to++] = sum
    }
    lengths[row] = to - before
  }
  return { lengths, columns, sums }
}
