// Vectors for sub-word pieces, fitted so that the pieces of a word add up to the word's own vector (ridge regression
// by conjugate gradients, all dimensions at once; the idea is that of Mimick, Pinter et al. 2017).
import { piecesOf } from '../../packages/daemon/src/embedding/builtin/pieces.ts'
import type { Heap, Kernels } from './kernels.ts'

export interface FittedPieces {
  readonly pieces: readonly string[]
  /** pieces x dimensions, with their fitted lengths */
  readonly rows: Float32Array
  /** Mean cosine between the vector guessed from pieces and the true one, over words kept out of the fit. */
  readonly heldOutCosine: number
}

const ridge = 1.5
const iterations = 40
/** Every so many-th word is kept out of the fit, to measure it. */
const heldOutEvery = 20
const wordPattern = /^[a-z]{4,}$/

export function fitPieces(
  heap: Heap,
  kernels: Kernels,
  stems: readonly string[],
  vectors: Float32Array,
  dimensions: number,
  size: number,
): FittedPieces {
  const words = [...stems.keys()].filter((stem) => wordPattern.test(stems[stem] as string))
  const isHeldOut = (index: number) => index % heldOutEvery === heldOutEvery - 1
  const fitted = words.filter((_, index) => !isHeldOut(index))
  const heldOut = words.filter((_, index) => isHeldOut(index))
  const pieces = mostSpread(
    words.map((stem) => stems[stem] as string),
    size,
  )
  const pieceIds = new Map(pieces.map((piece, id) => [piece, id]))
  const idsOf = (stem: number): number[] =>
    piecesOf(stems[stem] as string).flatMap((piece) => pieceIds.get(piece) ?? [])
  const rows = solve(heap, kernels, fitted.map(idsOf), fitted, vectors, dimensions, pieces.length)
  let cosines = 0
  for (const stem of heldOut) {
    const guess = new Float64Array(dimensions)
    for (const id of idsOf(stem)) {
      for (let d = 0; d < dimensions; d++)
        guess[d] = (guess[d] as number) + (rows[id * dimensions + d] as number)
    }
    let dot = 0
    let square = 1e-12
    for (let d = 0; d < dimensions; d++) {
      dot += (guess[d] as number) * (vectors[stem * dimensions + d] as number)
      square += (guess[d] as number) ** 2
    }
    cosines += dot / Math.sqrt(square)
  }
  return { pieces, rows, heldOutCosine: cosines / Math.max(1, heldOut.length) }
}

/** The pieces that occur in most words. */
function mostSpread(words: readonly string[], size: number): string[] {
  const counts = new Map<string, number>()
  for (const word of words) {
    for (const piece of new Set(piecesOf(word))) counts.set(piece, (counts.get(piece) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, size)
    .map(([piece]) => piece)
}

/** Minimises |M·X − W|² + ridge·|X|², M the words x pieces counts and W the words' vectors. */
function solve(
  heap: Heap,
  kernels: Kernels,
  pieceIds: readonly (readonly number[])[],
  words: readonly number[],
  vectors: Float32Array,
  dimensions: number,
  pieceCount: number,
): Float32Array {
  const rowBytes = dimensions * 4
  const cells = pieceIds.reduce((sum, ids) => sum + ids.length, 0)
  const starts = heap.allocate((words.length + 1) * 4)
  const columns = heap.allocate(cells * 4)
  const values = heap.allocate(cells * 4)
  const wordSide = heap.allocate(words.length * rowBytes)
  const [x, residual, direction, image] = [0, 1, 2, 3].map(() => heap.allocate(pieceCount * rowBytes)) as [
    number,
    number,
    number,
    number,
  ]
  const size = pieceCount * dimensions
  const startsView = heap.integers(starts, words.length + 1)
  pieceIds.forEach((ids, word) => {
    const at = startsView[word] as number
    heap.integers(columns, cells).set(ids, at)
    startsView[word + 1] = at + ids.length
  })
  heap.floats(values, cells).fill(1)
  const wordRows = heap.floats(wordSide, words.length * dimensions)
  words.forEach((stem, word) => {
    wordRows.set(vectors.subarray(stem * dimensions, (stem + 1) * dimensions), word * dimensions)
  })
  const transposeTimes = (out: number): void => {
    heap.floats(out, size).fill(0)
    kernels.scatterRows(starts, columns, values, wordSide, out, 0, words.length, rowBytes)
  }
  const [X, R, P, Q] = [x, residual, direction, image].map((at) => heap.floats(at, size)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  X.fill(0)
  transposeTimes(residual)
  P.set(R)
  let square = dotOf(R, R)
  for (let i = 0; i < iterations && square > 1e-9; i++) {
    wordRows.fill(0)
    kernels.gatherRows(starts, columns, values, direction, wordSide, 0, words.length, rowBytes)
    transposeTimes(image)
    addScaled(Q, P, ridge)
    const step = square / dotOf(P, Q)
    addScaled(X, P, step)
    addScaled(R, Q, -step)
    const next = dotOf(R, R)
    const momentum = next / square
    for (let at = 0; at < size; at++) P[at] = (R[at] as number) + momentum * (P[at] as number)
    square = next
  }
  return Float32Array.from(X)
}

function dotOf(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number)
  return sum
}

function addScaled(target: Float32Array, source: Float32Array, scale: number): void {
  for (let at = 0; at < target.length; at++)
    target[at] = (target[at] as number) + scale * (source[at] as number)
}
