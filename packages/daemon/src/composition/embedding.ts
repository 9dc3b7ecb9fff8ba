// Meaning: which embedder makes the vectors, and the index they are looked up in. Both share one thread.
import { createVectorKeeping, type VectorKeeping } from '../background/vector-keeping.ts'
import type { Config } from '../config/config.ts'
import { builtinModelFile, startBuiltinEmbedder } from '../embedding/builtin/builtin-embedder.ts'
import { codeBitsOf } from '../embedding/codes.ts'
import type { Embedder } from '../embedding/embedder.ts'
import { openHttpEmbedder } from '../embedding/http/http-embedder.ts'
import { startCodeSearch } from '../embedding/index/code-search.ts'
import { createSharedThread, type SharedThread } from '../embedding/shared-thread.ts'
import { openTransformersEmbedder } from '../embedding/transformers/transformers-embedder.ts'
import { createVectorIndex } from '../embedding/vector-index.ts'
import type { Store } from '../store/store.ts'
import type { Start } from './start.ts'

/** null when vectors are off */
export function createVectors({ config, log }: Start, store: Store): VectorKeeping | null {
  const thread = createSharedThread()
  const openEmbedder = embedderOpening(config, thread)
  if (openEmbedder === null) return null
  const openIndex = (dimensions: number) =>
    createVectorIndex(dimensions, startCodeSearch(codeBitsOf(dimensions), thread))
  return createVectorKeeping({ store, log, sendsTextTo: embeddingHost(config), openEmbedder, openIndex })
}

/** The host that texts are sent to, to be embedded; null when they stay in this process. */
export function embeddingHost({ embedding }: Config): string | null {
  return embedding.kind === 'openai' || embedding.kind === 'ollama' ? embedding.url.host : null
}

function embedderOpening(config: Config, thread: SharedThread): (() => Promise<Embedder>) | null {
  const { embedding, embeddingModel, embeddingKey } = config
  // config.ts has seen to it that a model is named where one is needed.
  const model = embeddingModel ?? ''
  switch (embedding.kind) {
    case 'off':
      return null
    case 'builtin':
      return () => startBuiltinEmbedder(builtinModelFile, thread)
    case 'transformers':
      return () => openTransformersEmbedder({ model, modelsFolder: embedding.folder })
    case 'openai':
    case 'ollama': {
      const { kind, url } = embedding
      return () => openHttpEmbedder({ kind, baseUrl: url.href, model, apiKey: embeddingKey?.reveal() })
    }
  }
}
