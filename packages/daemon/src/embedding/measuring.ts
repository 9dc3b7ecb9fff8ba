// Measures what cosines an embedder gives to texts of which we know whether they say the same. Sends nothing but the sample.
import { z } from 'zod'
import { AppError } from '../kit/errors.ts'
import type { MeasuredCosines } from './cosine-scale.ts'
import { type Embedder, isZeroRow } from './embedder.ts'
import { alikePairs, sampleVersion, unrelatedTexts } from './sample-texts.ts'

/** Of the texts, and of the pairs, so much has to say something to the embedder. */
const saidShareMin = 0.5

/**
 * Cosines over the sample; null when most of it says nothing to the embedder. Raises what `embed` raises, and `unavailable`
 * for vectors that are none.
 */
export async function measureCosines(
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<MeasuredCosines | null> {
  const texts = [...unrelatedTexts, ...alikePairs.flat()]
  const rows = await embedder.embed(texts, { signal })
  const areVectors = rows.length === texts.length && rows.every((row) => isVector(row, embedder.dimensions))
  if (!areVectors)
    throw new AppError('unavailable', `${embedder.id} gave vectors of a wrong width or without numbers`)
  return cosinesOf(rows)
}

/** `rows`: of the unrelated texts, then of each pair. */
function cosinesOf(rows: readonly Float32Array[]): MeasuredCosines | null {
  const unrelated: number[] = []
  const alike: number[] = []
  const pairOf = (index: number) =>
    index < unrelatedTexts.length ? null : (index - unrelatedTexts.length) >> 1
  rows.forEach((row, index) => {
    for (let other = 0; other < index; other++) {
      const isPair = pairOf(index) !== null && pairOf(index) === pairOf(other)
      const cosines = isPair ? alike : unrelated
      cosines.push(...cosineOf(row, rows[other] as Float32Array))
    }
  })
  const said = rows.filter((row) => !isZeroRow(row)).length
  const saysEnough = said >= rows.length * saidShareMin && alike.length >= alikePairs.length * saidShareMin
  if (!saysEnough) return null
  const mean = meanOf(unrelated)
  const spread = Math.sqrt(meanOf(unrelated.map((cosine) => (cosine - mean) ** 2)))
  return { unrelated: { mean, spread }, alike: { mean: meanOf(alike) } }
}

/** None where one of them says nothing. */
function cosineOf(a: Float32Array, b: Float32Array): readonly number[] {
  if (isZeroRow(a) || isZeroRow(b)) return []
  return [a.reduce((sum, value, d) => sum + value * (b[d] as number), 0)]
}

function isVector(row: Float32Array, dimensions: number): boolean {
  return row.length === dimensions && row.every(Number.isFinite)
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

const kept = z.object({
  sample: z.literal(sampleVersion),
  unrelated: z.object({ mean: z.number(), spread: z.number() }),
  alike: z.object({ mean: z.number() }),
})

/** As it is kept beside the vectors: figures, not the line, which also depends on the built-in model. */
export function writeMeasured(measured: MeasuredCosines): string {
  return JSON.stringify({ sample: sampleVersion, ...measured } satisfies z.infer<typeof kept>)
}

/** Null for what was measured on another sample. */
export function readMeasured(text: string): MeasuredCosines | null {
  const { data } = kept.safeParse(JSON.parse(text))
  return data === undefined ? null : { unrelated: data.unrelated, alike: data.alike }
}
