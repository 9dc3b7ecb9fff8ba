// The last steps, from trained words to the file: drawn together by the thesaurus, pieces fitted to them, everything int8.
// They begin with rows at the precision in which they are shipped, so that a trained file can be finished anew, with
// another thesaurus, and comes out as though it had been trained with it.
import { meaningfulTerms } from '../../packages/daemon/src/embedding/builtin/meaningful-terms.ts'
import { decodeModel, encodeModel } from '../../packages/daemon/src/embedding/builtin/model-file.ts'
import { analyserVersion } from '../../packages/daemon/src/text/analyser.ts'
import { type FittedPieces, fitPieces } from './fit-pieces.ts'
import { assembleKernels, Heap, instantiateKernels, type Kernels } from './kernels.ts'
import { retrofit } from './retrofit.ts'
import type { TrainSettings } from './settings.ts'
import { companionsOf } from './thesaurus.ts'
import type { Say } from './train.ts'

export interface TrainedWords {
  /** Most frequent first. */
  readonly stems: readonly string[]
  /** Per stem: how much it counts, 0 … 255 for 0 … 1. */
  readonly weights: Uint8Array
  /** What a word guessed from its pieces counts, on the same scale of 0 … 1. */
  readonly unknownWeight: number
  /** stems x settings.dimensions, of any lengths */
  readonly vectors: Float32Array
}

/** `importance` scaled so that the word that counts most has a weight of 1, in bytes. */
export function wordWeights(
  importance: Float64Array,
  { unknownWeight }: Pick<TrainSettings, 'unknownWeight'>,
): Pick<TrainedWords, 'weights' | 'unknownWeight'> {
  const most = importance.reduce((a, b) => Math.max(a, b), 0)
  return {
    weights: Uint8Array.from(importance, (each) => Math.max(1, Math.round((each / most) * 255))),
    unknownWeight: unknownWeight / most,
  }
}

export function finishModel(
  heap: Heap,
  kernels: Kernels,
  { stems, weights, unknownWeight, vectors }: TrainedWords,
  thesaurus: string,
  settings: TrainSettings,
  say: Say,
): Uint8Array {
  const { dimensions } = settings
  const companions = companionsOf(thesaurus, stems, meaningfulTerms)
  const trained = unitRows(quantisedRows(vectors, dimensions), dimensions)
  const drawn = retrofit(trained, dimensions, companions, settings.retrofit)
  say(
    `drawn together by ${companions.reduce((sum, own) => sum + own.length, 0) / 2} entries of the thesaurus`,
  )
  const fitted = fitPieces(heap, kernels, stems, drawn, dimensions, settings.pieces)
  say(`fitted ${fitted.pieces.length} pieces; cosine on words left out ${fitted.heldOutCosine.toFixed(3)}`)
  const rows = new Float32Array((stems.length + fitted.pieces.length) * dimensions)
  rows.set(drawn)
  rows.set(fitted.rows, drawn.length)
  return encodeModel({
    format: 1,
    name: settings.name,
    dimensions,
    words: stems.length,
    pieces: fitted.pieces.length,
    analyserVersion,
    unknownWeight,
    terms: [...stems, ...fitted.pieces],
    weights: Uint8Array.from([...weights, ...pieceWeights(fitted, dimensions)]),
    rows: quantisedRows(rows, dimensions),
  })
}

/** A model that was trained without a thesaurus, or with an empty one, as it would be with `thesaurus`. */
export async function refineModel(
  bytes: Uint8Array,
  thesaurus: string,
  settings: TrainSettings,
  say: Say,
): Promise<Uint8Array> {
  const { terms, weights, unknownWeight, rows, words, dimensions } = decodeModel(bytes)
  const heap = new Heap(settings.heapBytes)
  const kernels = instantiateKernels(await assembleKernels(), heap.memory)
  const trained = {
    stems: terms.slice(0, words),
    weights: weights.subarray(0, words),
    unknownWeight,
    vectors: Float32Array.from(rows.subarray(0, words * dimensions)),
  }
  return finishModel(heap, kernels, trained, thesaurus, { ...settings, dimensions }, say)
}

function pieceWeights({ pieces, rows }: FittedPieces, dimensions: number): number[] {
  const lengths = pieces.map((_, piece) => {
    let square = 0
    for (let d = 0; d < dimensions; d++) square += (rows[piece * dimensions + d] as number) ** 2
    return Math.sqrt(square)
  })
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0)
  return lengths.map((length) => Math.round((length / longest) * 255))
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

function unitRows(rows: Int8Array, dimensions: number): Float32Array {
  const out = new Float32Array(rows.length)
  for (let start = 0; start < rows.length; start += dimensions) {
    let square = 0
    for (let at = start; at < start + dimensions; at++) square += (rows[at] as number) ** 2
    const scale = 1 / Math.sqrt(Math.max(square, 1))
    for (let at = start; at < start + dimensions; at++) out[at] = scale * (rows[at] as number)
  }
  return out
}
