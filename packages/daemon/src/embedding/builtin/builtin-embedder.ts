// The embedder that is always there: the shipped model, run in a worker thread so that a long import never holds up
// a question. No download, no native code.
import { readFile } from 'node:fs/promises'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { analyserVersion } from '../../text/analyser.ts'
import type { Embedder } from '../embedder.ts'
import { ThreadCalls, threadEntry } from '../thread-calls.ts'
import type { EmbedThreadService } from './embed-thread.ts'
import { decodeModel, type ModelHeader } from './model-file.ts'

/** Beside src/ in the repository, beside dist/ (which has two levels more) in the package. */
const packageFolder = import.meta.url.endsWith('.ts') ? '../../../' : '../../../../../'
export const builtinModelFile = new URL(`${packageFolder}assets/embedding-english-1.bin`, import.meta.url)

/** Reads the model, starts its thread. Raises `unavailable` when the file is missing or damaged. */
export async function startBuiltinEmbedder(file: URL = builtinModelFile): Promise<Embedder> {
  const bytes = await readModelFile(file)
  const header = decodeModel(bytes)
  const entry = threadEntry('embed-thread', import.meta.url)
  const thread = new ThreadCalls<EmbedThreadService>('the embedding thread', entry, { bytes })
  const { dimensions } = header
  return {
    id: embedderId(header),
    dimensions,
    batchTextsMax: limits.embedBatchTextsMax,
    async embed(texts, { signal, emphasis } = {}) {
      if (texts.length > limits.embedBatchTextsMax) throw tooMany(texts.length)
      const rows: Float32Array[] = []
      // In small portions, so that a question asked meanwhile waits for one portion, not for a whole import.
      for (let at = 0; at < texts.length; at += limits.embedPortionTexts) {
        signal?.throwIfAborted()
        const portion = texts.slice(at, at + limits.embedPortionTexts).map(clipped)
        const flat = await thread.call('embed', [portion, emphasis], limits.embedCallMsMax)
        for (let i = 0; i < portion.length; i++) rows.push(flat.slice(i * dimensions, (i + 1) * dimensions))
      }
      signal?.throwIfAborted()
      return rows
    },
    close: () => thread.close(),
  }
}

/** The analyser in use is part of the id: under another one the same text gives other words, and another vector. */
function embedderId({ name, dimensions }: ModelHeader): string {
  return `builtin:${name}:${dimensions}:a${analyserVersion}`
}

/** Only the beginning of a very long text counts; the store hands over passages far shorter than this. */
function clipped(text: string): string {
  return text.length <= limits.embedTextCharsMax ? text : text.slice(0, limits.embedTextCharsMax)
}

function tooMany(count: number): AppError {
  return new AppError(
    'too_large',
    `${count} texts in one call; embed at most ${limits.embedBatchTextsMax} at a time`,
  )
}

async function readModelFile(file: URL): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new AppError('unavailable', 'the built-in embedding file is missing; reinstall iai-mcp', { cause })
  }
}
