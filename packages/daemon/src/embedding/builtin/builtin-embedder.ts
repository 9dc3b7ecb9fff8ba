// The embedder that is always there: the shipped model, run in a worker thread so that a long import never holds up
// a question. No download, no native code.
import { fileURLToPath } from 'node:url'
import { limits } from '../../kit/limits.ts'
import { analyserVersion } from '../../text/analyser.ts'
import { embedInPortions } from '../batch.ts'
import type { Embedder } from '../embedder.ts'
import { createSharedThread, type ThreadLease } from '../shared-thread.ts'

/** Beside src/ in the repository, beside dist/ (which has two levels more) in the package. */
const packageFolder = import.meta.url.endsWith('.ts') ? '../../../' : '../../../../../'
export const builtinModelFile = new URL(`${packageFolder}assets/embedding-english-3.bin`, import.meta.url)

/** Starts the thread and opens the model in it. Raises `unavailable` when the file is missing or damaged. */
export async function startBuiltinEmbedder(
  file: URL = builtinModelFile,
  shared = createSharedThread(),
): Promise<Embedder> {
  const thread = shared.lease()
  try {
    const { name, dimensions } = await thread.call('openModel', [fileURLToPath(file)], limits.embedCallMsMax)
    return embedderOver(thread, name, dimensions)
  } catch (error) {
    await thread.release()
    throw error
  }
}

function embedderOver(thread: ThreadLease, name: string, dimensions: number): Embedder {
  return {
    // The analyser in use is part of the id: under another one the same text gives other words, and another vector.
    id: `builtin:${name}:${dimensions}:a${analyserVersion}`,
    dimensions,
    isReference: true,
    batchTextsMax: limits.embedBatchTextsMax,
    embed: (texts, { signal, emphasis } = {}) =>
      embedInPortions(texts, signal, async (portion) => {
        const flat = await thread.call('embed', [portion, emphasis], limits.embedCallMsMax)
        return portion.map((_, i) => flat.slice(i * dimensions, (i + 1) * dimensions))
      }),
    close: () => thread.release(),
  }
}
