// From the corpus to the model, step by step. Deterministic: the same corpus, thesaurus and settings give the same bytes
// under one version of Node (which fixes Math.exp and its like), however many threads.

import { meaningfulTerms } from '../../packages/daemon/src/embedding/builtin/meaningful-terms.ts'
import { contrast } from './contrast.ts'
import { mutualInformation, subsample } from './cooccurrence.ts'
import { readCorpus } from './corpus.ts'
import { finishModel, wordWeights } from './finish.ts'
import { importanceOf } from './importance.ts'
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
    const frequency = frequencyWeights(counts, settings)
    const start = startingRows(spectral, frequency, width)
    const rows = await meanOfRuns(start, settings.contrast.runs, async (run) => {
      const rows = heap.floats(table, stems.length * width)
      rows.set(start)
      const shape = { rows: table, stems: stems.length, dimensions: width }
      await contrast(
        pool,
        heap,
        pairs,
        shape,
        { ...settings.contrast, seed: seed + run },
        (step, steps, loss) =>
          say(
            `contrast ${run + 1} of ${settings.contrast.runs}: ${step} of ${steps}, loss ${loss.toFixed(3)}`,
          ),
      )
      heap.release(mark)
      return rows
    })

    const { dimensions } = settings
    const lengths = Float64Array.from(stems, (_, row) => lengthOf(rows, row, width))
    const vectors = postProcess(rows, width, { ...settings.postProcess, dimensions })
    const words = {
      stems,
      vectors,
      ...wordWeights(importanceOf(lengths, frequency, settings.importance), settings),
    }
    return finishModel(heap, kernels, words, thesaurus, settings, say)
  } finally {
    await pool.close()
  }
}

/**
 * The mean of what several runs make of one start (Wortsman et al. 2022, "Model soups"): what differs between them is
 * mostly the chance of the order in which pairs came.
 */
async function meanOfRuns(
  start: Float32Array,
  runs: number,
  run: (number: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const sum = new Float64Array(start.length)
  for (let number = 0; number < runs; number++) {
    const rows = await run(number)
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + (rows[at] as number)
  }
  return Float32Array.from(sum, (value) => value / runs)
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

function lengthOf(rows: Float32Array, row: number, width: number): number {
  let square = 0
  for (let d = 0; d < width; d++) square += (rows[row * width + d] as number) ** 2
  return Math.sqrt(square)
}
