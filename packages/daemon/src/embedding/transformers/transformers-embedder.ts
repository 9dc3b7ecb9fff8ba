// Embeds with a model of `@huggingface/transformers`, which the user installs beside us (it is large). Reads models
// from a local folder; reaches for a hub only when told to, and says so first.
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { embedInPortions } from '../batch.ts'
import type { Embedder } from '../embedder.ts'

export interface TransformersOptions {
  /** Folder name of the model, such as `Xenova/all-MiniLM-L6-v2`. */
  readonly model: string
  /** Where models lie: `<modelsFolder>/<model>/…`. */
  readonly modelsFolder: string
  /** false (default): never asks a hub. */
  readonly allowDownload?: boolean
  /** Called with one line before anything may be downloaded. */
  readonly announce?: (line: string) => void
  /** How to get the library; tests hand in their own. */
  readonly load?: () => Promise<TransformersLibrary>
}

/** The part of `@huggingface/transformers` that is used. */
export interface TransformersLibrary {
  readonly env: {
    allowRemoteModels: boolean
    localModelPath: string
    readonly remoteHost?: string
  }
  pipeline(task: 'feature-extraction', model: string): Promise<FeatureExtraction>
}

export interface FeatureExtraction {
  (
    texts: readonly string[],
    options: { pooling: 'mean'; normalize: true },
  ): Promise<{ readonly dims: readonly number[]; readonly data: ArrayLike<number> }>
  dispose?(): Promise<unknown>
}

/** Raises `unavailable` when the library or the model is not there. */
export async function openTransformersEmbedder(options: TransformersOptions): Promise<Embedder> {
  const library = await loadLibrary(options.load ?? importLibrary)
  library.env.localModelPath = options.modelsFolder
  library.env.allowRemoteModels = options.allowDownload === true
  if (library.env.allowRemoteModels) {
    const host = library.env.remoteHost ?? 'its hub'
    options.announce?.(
      `${options.model} is downloaded from ${host} unless it lies in ${options.modelsFolder}`,
    )
  }
  const extract = await loadModel(library, options)
  const dimensions = (await rowsFrom(extract, ['width']))[0]?.length ?? 0
  let isClosed = false
  return {
    id: `transformers:${options.model}:${dimensions}`,
    dimensions,
    batchTextsMax: limits.embedBatchTextsMax,
    embed: (texts, { signal } = {}) =>
      embedInPortions(texts, signal, (portion) => {
        if (isClosed) throw new AppError('unavailable', 'the embedding model is closed')
        return rowsFrom(extract, portion)
      }),
    async close() {
      if (isClosed) return
      isClosed = true
      await extract.dispose?.()
    },
  }
}

async function rowsFrom(extract: FeatureExtraction, texts: readonly string[]): Promise<Float32Array[]> {
  const { dims, data } = await extract(texts, { pooling: 'mean', normalize: true })
  const width = dims.at(-1) ?? 0
  if (width === 0 || data.length !== texts.length * width) {
    throw new AppError(
      'unavailable',
      'the model does not give one vector per text; choose an embedding model',
    )
  }
  return texts.map((_, i) => Float32Array.from({ length: width }, (__, d) => data[i * width + d] as number))
}

async function loadLibrary(load: () => Promise<TransformersLibrary>): Promise<TransformersLibrary> {
  try {
    return await load()
  } catch (cause) {
    throw new AppError(
      'unavailable',
      '@huggingface/transformers is not installed; run npm install -g @huggingface/transformers, or use the built-in embedding',
      { cause },
    )
  }
}

async function loadModel(
  library: TransformersLibrary,
  { model, modelsFolder, allowDownload }: TransformersOptions,
): Promise<FeatureExtraction> {
  try {
    return await library.pipeline('feature-extraction', model)
  } catch (cause) {
    const hint = allowDownload === true ? 'or the download failed' : 'and downloading is off'
    throw new AppError('unavailable', `the model ${model} is not in ${modelsFolder}, ${hint}`, { cause })
  }
}

/** An optional peer: the name is kept out of the compiler's sight, because the package may not be there. */
async function importLibrary(): Promise<TransformersLibrary> {
  const name: string = '@huggingface/transformers'
  return (await import(name)) as TransformersLibrary
}
