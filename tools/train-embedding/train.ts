// From the corpus to the model, step by step. Deterministic: the same corpus, thesaurus and settings give the same bytes
// under one version of Node (which fixes Math.exp and its like), however many threads.

import { meaningfulTerms } from '../../packages/daemon/src/embedding/builtin/meaningful-terms.ts'
import { contrast } from './contrast.ts'
import { mutualInformation, subsample } from './cooccurrence.ts'
import { readCorpus } from './corpus.ts'
import { finishModel } from './finish.ts'
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
  thesaurus: string,
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
    const words = { stems, weights: weightsInBytes(frequencyWeights(counts, settings)), vectors }
    return finishModel(heap, kernels, words, thesaurus, settings, say)
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

function weightsInBytes(weights: Float64Array): Uint8Array {
  return Uint8Array.from(weights, (weight) => Math.max(1, Math.round(weight * 255)))
}

function lengthOf(rows: Float32Array, row: number, width: number): number {
  let square = 0
  for (let d = 0; d < width; d++) square += (rows[row * width + d] as number) ** 2
  return Math.sqrt(square)
}
