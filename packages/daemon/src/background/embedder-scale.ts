// On which scale the cosines of an embedder are: measured once for each, and kept beside its vectors, because asking an
// endpoint may cost something. What tells nothing apart is not kept: its model may be another one at the next look.

import { builtinScale, type CosineScale, scaleOf } from '../embedding/cosine-scale.ts'
import type { Embedder } from '../embedding/embedder.ts'
import { measureCosines, readMeasured, writeMeasured } from '../embedding/measuring.ts'
import type { Log } from '../kit/log.ts'
import type { VectorStore } from '../store/vectors.ts'

/**
 * The scale of `by`, the embedder in use; null where it gives texts that say the same no nearer vectors than any others.
 * Rejects as measureCosines does.
 */
export async function scaleOfEmbedder(
  by: Embedder,
  store: Pick<VectorStore, 'measured' | 'keepMeasured'>,
  log: Log,
  signal: AbortSignal,
): Promise<CosineScale | null> {
  if (by.isReference === true) return builtinScale
  const kept = await store.measured(by.id)
  const known = kept === null ? null : readMeasured(kept)
  if (known !== null) return scaleOf(known)
  const measured = await measureCosines(by, signal)
  const scale = measured === null ? null : scaleOf(measured)
  if (measured === null || scale === null) return null
  await store.keepMeasured(by.id, writeMeasured(measured))
  log.info('embedder_measured', {
    embedder: by.id,
    unrelated: measured.unrelated.mean,
    spread: measured.unrelated.spread,
    alike: measured.alike.mean,
  })
  return scale
}
