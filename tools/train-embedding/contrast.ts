// The contrastive pass: moves stem vectors so that texts which belong together point the same way.
import type { BatchScratch } from './contrast-tasks.ts'
import type { Heap } from './kernels.ts'
import type { Pairs } from './pairs.ts'
import { randomFrom, shuffledIndexes } from './random.ts'
import type { WorkerPool } from './worker-pool.ts'

export interface ContrastSettings {
  readonly batch: number
  readonly passes: number
  readonly temperature: number
  readonly rate: number
  readonly sharedKeep: number
  readonly anyDrop: number
  readonly seed: number
}

/** Two batches are computed side by side and applied together, whatever the number of threads. */
const shards = 2
const sideTokensMax = 110

export type ContrastProgress = (step: number, steps: number, loss: number) => void

/** Trains `rows` (byte offset of float32 stems x dimensions on the heap) in place. */
export async function contrast(
  pool: WorkerPool,
  heap: Heap,
  pairs: Pairs,
  table: { readonly rows: number; readonly stems: number; readonly dimensions: number },
  settings: ContrastSettings,
  onProgress: ContrastProgress,
): Promise<void> {
  const { stems, dimensions, rows } = table
  const scratches = Array.from({ length: shards }, () =>
    allocateScratch(heap, settings.batch, stems, dimensions),
  )
  const squares = heap.allocate(stems * 4)
  heap.floats(squares, stems).fill(0)
  const stepsAPass = Math.floor(pairs.count / (settings.batch * shards))
  const steps = Math.floor(stepsAPass * settings.passes)
  let order = new Int32Array(new SharedArrayBuffer(0))
  let loss = 0
  for (let step = 0; step < steps; step++) {
    const within = step % stepsAPass
    if (within === 0) order = shuffledIndexes(pairs.count, randomFrom(settings.seed, 1, step))
    const losses = await pool.map(
      'contrastBatch',
      scratches.map((scratch, shard) => ({
        pairs,
        order,
        firstPair: (within * shards + shard) * settings.batch,
        batch: settings.batch,
        stems,
        dimensions,
        rows,
        scratch,
        temperature: settings.temperature,
        sharedKeep: settings.sharedKeep,
        anyDrop: settings.anyDrop,
        seeds: [settings.seed, 2, step, shard],
      })),
    )
    const done = step / steps
    const rate = settings.rate * Math.min(1, (1 - done) * 1.5 + 0.02)
    const half = stems >> 1
    const apply = { dimensions, rows, squares, gradients: scratches, rate }
    await pool.map('applyGradients', [
      { ...apply, from: 0, to: half },
      { ...apply, from: half, to: stems },
    ])
    loss += losses.reduce((sum, value) => sum + value, 0) / shards
    if ((step + 1) % 100 !== 0) continue
    onProgress(step + 1, steps, loss / 100)
    loss = 0
  }
}

function allocateScratch(heap: Heap, batch: number, stems: number, dimensions: number): BatchScratch {
  const cells = batch * sideTokensMax
  const floats = (count: number) => heap.allocate(count * 4)
  const scratch = {
    cells,
    aStarts: floats(batch + 1),
    aColumns: floats(cells),
    aValues: floats(cells),
    bStarts: floats(batch + 1),
    bColumns: floats(cells),
    bValues: floats(cells),
    x: floats(batch * dimensions),
    y: floats(batch * dimensions),
    turned: floats(batch * dimensions),
    similarity: floats(batch * batch),
    similarityTurned: floats(batch * batch),
    xGradient: floats(batch * dimensions),
    yGradient: floats(batch * dimensions),
    panel: heap.allocate(Math.max(batch, dimensions) * 32),
    gradient: floats(stems * dimensions),
    touched: heap.allocate(stems),
  }
  heap.floats(scratch.gradient, stems * dimensions).fill(0)
  heap.integers(scratch.touched, stems >> 2).fill(0)
  return scratch
}
