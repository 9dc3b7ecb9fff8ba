// A model of a handful of words, made by hand, where every direction is known.
import type { Model } from '../../src/embedding/builtin/model-file.ts'
import { analyserVersion } from '../../src/text/analyser.ts'

const words = ['server', 'machin', 'cake', 'sugar', 'common']
const pieces = ['^ser', 'erver', 'cak', 'ake$']

/** Four dimensions: computing, baking, common words, and none. */
const rows = [
  [127, 0, 0, 0],
  [120, 20, 0, 0],
  [0, 127, 0, 0],
  [10, 127, 0, 0],
  [0, 0, 127, 0],
  [127, 0, 0, 0],
  [127, 10, 0, 0],
  [0, 127, 0, 0],
  [0, 127, 0, 0],
]

export const tinyModel: Model = {
  format: 1,
  name: 'tiny',
  dimensions: 4,
  words: words.length,
  pieces: pieces.length,
  analyserVersion,
  unknownWeight: 0.5,
  terms: [...words, ...pieces],
  weights: Uint8Array.from([255, 255, 255, 255, 10, 255, 255, 255, 255]),
  rows: Int8Array.from(rows.flat()),
}
