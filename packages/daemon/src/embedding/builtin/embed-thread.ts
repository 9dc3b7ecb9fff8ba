// Entry of the embedding thread: opens the model file, embeds what it is handed.
import { readFileSync } from 'node:fs'
import { assert } from '../../kit/assert.ts'
import { AppError } from '../../kit/errors.ts'
import { serveCalls } from '../thread-serve.ts'
import { decodeModel } from './model-file.ts'
import { WordVectors } from './word-vectors.ts'

let vectors: WordVectors | undefined

const service = {
  /** Name and width of the model. Raises `unavailable` when the file is missing or damaged. */
  open(path: string): { readonly name: string; readonly dimensions: number } {
    const { name, dimensions } = open(path)
    return { name, dimensions }
  },
  /** All rows end to end. */
  embed(texts: readonly string[], emphasis: ReadonlyMap<string, number> | undefined): Float32Array {
    assert(vectors !== undefined, 'the model is opened before it is used')
    const rows = texts.map((text) => (vectors as WordVectors).embed(text, emphasis))
    const flat = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0))
    rows.forEach((row, i) => {
      flat.set(row, i * row.length)
    })
    return flat
  },
}

function open(path: string) {
  const model = decodeModel(readModelFile(path))
  vectors = new WordVectors(model)
  return model
}

function readModelFile(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new AppError('unavailable', 'the built-in embedding file is missing; reinstall iai-mcp', { cause })
  }
}

export type EmbedThreadService = typeof service

serveCalls(service)
