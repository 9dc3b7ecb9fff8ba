// One batch of contrastive learning (InfoNCE in both directions, van den Oord 2018): the gradient of a batch, and
// the step that applies it. Works in place on the shared memory.
import type { Pairs } from './pairs.ts'
import { type Random, randomFrom } from './random.ts'
import { transpose } from './spectral.ts'
import type { TaskContext } from './tasks.ts'

/** Byte offsets of one batch's scratch on the heap. `cells` is how many stems one side of a batch may hold. */
export interface BatchScratch {
  readonly cells: number
  readonly aStarts: number
  readonly aColumns: number
  readonly aValues: number
  readonly bStarts: number
  readonly bColumns: number
  readonly bValues: number
  readonly x: number
  readonly y: number
  readonly turned: number
  readonly similarity: number
  readonly similarityTurned: number
  readonly xGradient: number
  readonly yGradient: number
  readonly panel: number
  /** float32 stems x dimensions, zero between steps, and a byte per stem that is in it */
  readonly gradient: number
  readonly touched: number
}

export interface ContrastArgs {
  readonly pairs: Pairs
  readonly order: Int32Array<SharedArrayBuffer>
  readonly firstPair: number
  readonly batch: number
  readonly stems: number
  readonly dimensions: number
  readonly rows: number
  readonly scratch: BatchScratch
  readonly temperature: number
  /** A stem of the left side that also stands on the right survives with this probability. */
  readonly sharedKeep: number
  /** Any stem of the left side is dropped with this probability. */
  readonly anyDrop: number
  readonly seeds: readonly number[]
}

/** Adds the batch's gradient to `scratch.gradient`; returns the mean loss of the left-to-right direction. */
export function contrastBatch(context: TaskContext, args: ContrastArgs): number {
  const { scratch, batch, dimensions } = args
  const { kernels } = context
  const floats = (at: number, count: number) => new Float32Array(context.memory.buffer, at, count)
  fillSides(context, args)
  const size = batch * dimensions
  const rowBytes = dimensions * 4
  const x = floats(scratch.x, size).fill(0)
  const y = floats(scratch.y, size).fill(0)
  kernels.gatherRows(
    scratch.aStarts,
    scratch.aColumns,
    scratch.aValues,
    args.rows,
    scratch.x,
    0,
    batch,
    rowBytes,
  )
  kernels.gatherRows(
    scratch.bStarts,
    scratch.bColumns,
    scratch.bValues,
    args.rows,
    scratch.y,
    0,
    batch,
    rowBytes,
  )
  const xLengths = normaliseRows(x, dimensions)
  const yLengths = normaliseRows(y, dimensions)
  transpose(y, floats(scratch.turned, size), batch, dimensions)
  kernels.multiply(scratch.x, scratch.turned, scratch.similarity, batch, batch, dimensions, scratch.panel)
  const similarity = floats(scratch.similarity, batch * batch)
  const loss = softmaxGradient(similarity, batch, args.temperature)
  transpose(similarity, floats(scratch.similarityTurned, batch * batch), batch, batch)
  kernels.multiply(scratch.similarity, scratch.y, scratch.xGradient, batch, dimensions, batch, scratch.panel)
  kernels.multiply(
    scratch.similarityTurned,
    scratch.x,
    scratch.yGradient,
    batch,
    dimensions,
    batch,
    scratch.panel,
  )
  throughNormalisation(floats(scratch.xGradient, size), x, xLengths, dimensions)
  throughNormalisation(floats(scratch.yGradient, size), y, yLengths, dimensions)
  const { aStarts, aColumns, aValues, bStarts, bColumns, bValues, gradient } = scratch
  kernels.scatterRows(aStarts, aColumns, aValues, scratch.xGradient, gradient, 0, batch, rowBytes)
  kernels.scatterRows(bStarts, bColumns, bValues, scratch.yGradient, gradient, 0, batch, rowBytes)
  return loss
}

/** Writes both sides of the batch as sparse matrices whose rows average the stems of one text. */
function fillSides({ memory }: TaskContext, args: ContrastArgs): void {
  const { pairs, order, batch, scratch } = args
  const integers = (at: number, count: number) => new Int32Array(memory.buffer, at, count)
  const aStarts = integers(scratch.aStarts, batch + 1)
  const bStarts = integers(scratch.bStarts, batch + 1)
  const aColumns = integers(scratch.aColumns, scratch.cells)
  const bColumns = integers(scratch.bColumns, scratch.cells)
  const aValues = new Float32Array(memory.buffer, scratch.aValues, scratch.cells)
  const bValues = new Float32Array(memory.buffer, scratch.bValues, scratch.cells)
  const touched = new Uint8Array(memory.buffer, scratch.touched, args.stems)
  const random = randomFrom(...args.seeds)
  const onRight = new Int32Array(args.stems).fill(-1)
  let aAt = 0
  let bAt = 0
  for (let i = 0; i < batch; i++) {
    const pair = order[args.firstPair + i] as number
    const right = pairs.b.subarray(pairs.bStarts[pair], pairs.bStarts[pair + 1])
    const all = pairs.a.subarray(pairs.aStarts[pair], pairs.aStarts[pair + 1])
    for (const stem of right) onRight[stem] = i
    const left = thinned(all, (stem) => onRight[stem] === i, args, random)
    aStarts[i] = aAt
    bStarts[i] = bAt
    aColumns.set(left, aAt)
    bColumns.set(right, bAt)
    aValues.fill(1 / left.length, aAt, aAt + left.length)
    bValues.fill(1 / right.length, bAt, bAt + right.length)
    aAt += left.length
    bAt += right.length
    for (const stem of left) touched[stem] = 1
    for (const stem of right) touched[stem] = 1
  }
  aStarts[batch] = aAt
  bStarts[batch] = bAt
}

/** Words shared by both sides are what a text index already finds; dropping them makes the model learn the rest. */
function thinned(
  all: Int32Array,
  isShared: (stem: number) => boolean,
  args: ContrastArgs,
  random: Random,
): Int32Array {
  const left = all.filter((stem) => {
    const kept = !isShared(stem) || random() < args.sharedKeep
    return kept && (args.anyDrop === 0 || random() >= args.anyDrop)
  })
  return left.length < 2 ? all : left
}

function normaliseRows(rows: Float32Array, dimensions: number): Float32Array {
  const lengths = new Float32Array(rows.length / dimensions)
  for (let row = 0; row < lengths.length; row++) {
    const base = row * dimensions
    let sum = 0
    for (let d = 0; d < dimensions; d++) sum += (rows[base + d] as number) ** 2
    const length = Math.sqrt(sum) + 1e-6
    lengths[row] = length
    for (let d = 0; d < dimensions; d++) rows[base + d] = (rows[base + d] as number) / length
  }
  return lengths
}

/** Turns cosines into the gradient of the mean of both directions' cross-entropy, in place; returns the loss. */
function softmaxGradient(similarity: Float32Array, batch: number, temperature: number): number {
  const rowSums = new Float64Array(batch)
  const columnSums = new Float64Array(batch)
  for (let i = 0; i < batch; i++) {
    let sum = 0
    for (let j = 0, at = i * batch; j < batch; j++, at++) {
      // A cosine is at most 1, so the exponent is never positive and needs no running maximum.
      const e = Math.exp(((similarity[at] as number) - 1) / temperature)
      similarity[at] = e
      sum += e
      columnSums[j] = (columnSums[j] as number) + e
    }
    rowSums[i] = sum
  }
  let loss = 0
  const scale = 1 / (temperature * batch)
  for (let i = 0; i < batch; i++) {
    const row = 0.5 / (rowSums[i] as number)
    loss -= Math.log((similarity[i * batch + i] as number) * row * 2 + 1e-9)
    for (let j = 0, at = i * batch; j < batch; j++, at++) {
      const both = (similarity[at] as number) * (row + 0.5 / (columnSums[j] as number))
      similarity[at] = (both - (i === j ? 1 : 0)) * scale
    }
  }
  return loss / batch
}

/** Gradient with respect to a vector from the gradient with respect to its unit vector. */
function throughNormalisation(
  gradient: Float32Array,
  unit: Float32Array,
  lengths: Float32Array,
  dimensions: number,
) {
  for (let row = 0; row < lengths.length; row++) {
    const base = row * dimensions
    let along = 0
    for (let d = 0; d < dimensions; d++) along += (gradient[base + d] as number) * (unit[base + d] as number)
    const length = lengths[row] as number
    for (let d = 0; d < dimensions; d++) {
      gradient[base + d] = ((gradient[base + d] as number) - (unit[base + d] as number) * along) / length
    }
  }
}

export interface ApplyArgs {
  readonly from: number
  readonly to: number
  readonly dimensions: number
  readonly rows: number
  /** float32 per stem: the running sum of squared gradients */
  readonly squares: number
  readonly gradients: readonly { readonly gradient: number; readonly touched: number }[]
  readonly rate: number
}

/** Row-wise Adagrad (Duchi 2011) over stems [from, to); leaves the gradients zero. */
export function applyGradients({ memory }: TaskContext, args: ApplyArgs): null {
  const { dimensions, from, to } = args
  const count = (to - from) * dimensions
  const rows = new Float32Array(memory.buffer, args.rows + from * dimensions * 4, count)
  const squares = new Float32Array(memory.buffer, args.squares + from * 4, to - from)
  const parts = args.gradients.map(({ gradient, touched }) => ({
    gradient: new Float32Array(memory.buffer, gradient + from * dimensions * 4, count),
    touched: new Uint8Array(memory.buffer, touched + from, to - from),
  }))
  const sum = new Float32Array(dimensions)
  for (let row = 0; row < to - from; row++) {
    if (!parts.some((part) => part.touched[row] === 1)) continue
    const base = row * dimensions
    sum.fill(0)
    for (const { gradient, touched } of parts) {
      if (touched[row] === 0) continue
      for (let d = 0; d < dimensions; d++) sum[d] = (sum[d] as number) + (gradient[base + d] as number)
      gradient.fill(0, base, base + dimensions)
      touched[row] = 0
    }
    let square = 0
    for (let d = 0; d < dimensions; d++) square += (sum[d] as number) ** 2
    squares[row] = (squares[row] as number) + square / dimensions
    const rate = args.rate / Math.sqrt((squares[row] as number) + 1e-10)
    for (let d = 0; d < dimensions; d++)
      rows[base + d] = (rows[base + d] as number) - rate * (sum[d] as number)
  }
  return null
}
