// From the corpus to the model, step by step. Deterministic: the same corpus and settings give the same bytes under
// one version of Node (which fixes Math.exp and its like), however many threads.

import { meaningfulTerms } from '../../packages/daemon/src/embedding/builtin/meaningful-terms.ts'
import { encodeModel, type Model } from '../../packages/daemon/src/embedding/builtin/model-file.ts'
import { analyserVersion } from '../../packages/daemon/src/text/analyser.ts'
import { contrast } from './contrast.ts'
import { mutualInformation, subsample } from './cooccurrence.ts'
import { readCorpus } from './corpus.ts'
import { fitPieces } from './fit-pieces.ts'
import { assembleKernels, Heap, instantiateKernels } from './kernels.ts'
import { cutPairs } from './pairs.ts'
import { postProcess } from './post-process.ts'
import { randomFrom } from './random.ts'
import type { TrainSettings } from './settings.ts'
import { spectralRows } from './spectral.ts'
import { chooseVocabulary, stemStream } from './vocabulary.ts'
import { WorkerPool } from './worker-pool.ts'

/** One line of progress. */
export type Say = (line: string) => void

export async function trainModel(
  folder: string,
  settings: TrainSettings,
  threads: number,
  say: Say,
): Promise<Uint8Array> {
  const heap = new Heap(settings.heapBytes)
  const module = await assembleKernels()
  const kernels = instantiateKernels(module, heap.memory)
  const pool = new WorkerPool(threads, { module, memory: heap.memory })
  try {
    const { seed, trainedDimensions: width } = settings
    const corpus = await readCorpus(folder, meaningfulTerms, (sections, tokens) =>
      say(`read ${sections} sections, ${tokens} words`),
    )
    const { stems, counts, stemOfWord } = chooseVocabulary(corpus, settings.words)
    say(`chose ${stems.length} stems, the rarest met ${counts.at(-1)} times`)

    const table = heap.allocate(stems.length * width * 4)
    const mark = heap.mark()
    const stream = subsample(stemStream(corpus, stemOfWord), counts, randomFrom(seed, 10))
    const matrix = await mutualInformation(pool, heap, stream, stems.length)
    say(`counted neighbours: ${matrix.cells} cells`)
    const spectral = await spectralRows(pool, heap, kernels, matrix, width, randomFrom(seed, 11))
    say('decomposed')
    heap.release(mark)

    const pairs = cutPairs(corpus, stemOfWord, randomFrom(seed, 12))
    say(`cut ${pairs.count} pairs`)
    const rows = heap.floats(table, stems.length * width)
    rows.set(startingRows(spectral, frequencyWeights(counts, settings), width))
    const shape = { rows: table, stems: stems.length, dimensions: width }
    await contrast(pool, heap, pairs, shape, { ...settings.contrast, seed }, (step, steps, loss) =>
      say(`contrast ${step} of ${steps}, loss ${loss.toFixed(3)}`),
    )
    heap.release(mark)

    const { dimensions } = settings
    const vectors = postProcess(rows, width, { ...settings.postProcess, dimensions })
    const fitted = fitPieces(heap, kernels, stems, vectors, dimensions, settings.pieces)
    say(`fitted ${fitted.pieces.length} pieces; cosine on words left out ${fitted.heldOutCosine.toFixed(3)}`)
    return encodeModel(assemble(settings, stems, frequencyWeights(counts, settings), vectors, fitted))
  } finally {
    await pool.close()
  }
}

/** Spectral rows at the length of the word's weight: what frequent words say is small from the start. */
function startingRows(spectral: Float32Array, weights: Float64Array, width: number): Float32Array {
  const rows = Float32Array.from(spectral)
  for (let row = 0; row < weights.length; row++) {
    const scale = Math.max(0.08, weights[row] as number) / (lengthOf(rows, row, width) + 1e-6)
    for (let d = 0; d < width; d++) rows[row * width + d] = (rows[row * width + d] as number) * scale
  }
  return rows
}

function frequencyWeights(counts: Float64Array, { frequencyWeight }: TrainSettings): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => frequencyWeight / (frequencyWeight + count / total))
}

function assemble(
  settings: TrainSettings,
  stems: readonly string[],
  wordWeights: Float64Array,
  vectors: Float32Array,
  fitted: { readonly pieces: readonly string[]; readonly rows: Float32Array },
): Model {
  const { dimensions } = settings
  const words = stems.length
  const rowCount = words + fitted.pieces.length
  const all = new Float32Array(rowCount * dimensions)
  all.set(vectors)
  all.set(fitted.rows, words * dimensions)
  const weights = new Uint8Array(rowCount)
  wordWeights.forEach((weight, row) => {
    weights[row] = Math.max(1, Math.round(weight * 255))
  })
  const pieceLengths = fitted.pieces.map((_, piece) => lengthOf(fitted.rows, piece, dimensions))
  const longest = pieceLengths.reduce((a, b) => Math.max(a, b), 0)
  pieceLengths.forEach((length, piece) => {
    weights[words + piece] = Math.round((length / longest) * 255)
  })
  return {
    format: 1,
    name: settings.name,
    dimensions,
    words,
    pieces: fitted.pieces.length,
    analyserVersion,
    unknownWeight: settings.unknownWeight,
    terms: [...stems, ...fitted.pieces],
    weights,
    rows: quantisedRows(all, dimensions),
  }
}

function quantisedRows(all: Float32Array, dimensions: number): Int8Array {
  const rows = new Int8Array(all.length)
  for (let start = 0; start < all.length; start += dimensions) {
    let largest = 1e-12
    for (let at = start; at < start + dimensions; at++)
      largest = Math.max(largest, Math.abs(all[at] as number))
    for (let at = start; at < start + dimensions; at++)
      rows[at] = Math.round(((all[at] as number) / largest) * 127)
  }
  return rows
}

function lengthOf(rows: Float32Array, row: number, width: number): number {
  let square = 0
  for (let d = 0; d < width; d++) square += (rows[row * width + d] as number) ** 2
  return Math.sqrt(square)
}
