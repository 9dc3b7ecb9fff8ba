// What the vector thread does with the built-in model: opens its file, embeds what it is handed.
import { readFileSync } from 'node:fs'
import { assert } from '../../kit/assert.ts'
import { AppError } from '../../kit/errors.ts'
import { decodeModel } from './model-file.ts'
import { WordVectors } from './word-vectors.ts'

export interface ModelService {
  /** Name and width of the model. Raises `unavailable` when the file is missing or damaged. */
  openModel(path: string): { readonly name: string; readonly dimensions: number }
  /** All rows end to end. */
  embed(texts: readonly string[], emphasis: ReadonlyMap<string, number> | undefined): Float32Array
}

export function createModelService(): ModelService {
  let vectors: WordVectors | undefined
  return {
    openModel(path) {
      const model = decodeModel(readModelFile(path))
      vectors = new WordVectors(model)
      return { name: model.name, dimensions: model.dimensions }
    },
    embed(texts, emphasis) {
      assert(vectors !== undefined, 'the model is opened before it is used')
      const rows = texts.map((text) => (vectors as WordVectors).embed(text, emphasis))
      const flat = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0))
      rows.forEach((row, i) => {
        flat.set(row, i * row.length)
      })
      return flat
    },
  }
}

function readModelFile(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new AppError('unavailable', 'the built-in embedding file is missing; reinstall iai-mcp', { cause })
  }
}
