// Entry of the embedding thread: holds the decoded model, embeds what it is handed.
import { workerData } from 'node:worker_threads'
import { serveCalls } from '../thread-serve.ts'
import { decodeModel } from './model-file.ts'
import { WordVectors } from './word-vectors.ts'

const { bytes } = workerData as { bytes: Uint8Array }
const model = decodeModel(bytes)
const vectors = new WordVectors(model)

const service = {
  /** All rows end to end. */
  embed(texts: readonly string[], emphasis: ReadonlyMap<string, number> | undefined): Float32Array {
    const rows = new Float32Array(texts.length * model.dimensions)
    texts.forEach((text, i) => {
      rows.set(vectors.embed(text, emphasis), i * model.dimensions)
    })
    return rows
  },
}

export type EmbedThreadService = typeof service

serveCalls(service)
