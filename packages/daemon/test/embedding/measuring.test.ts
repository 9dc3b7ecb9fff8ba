import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { startBuiltinEmbedder } from '../../src/embedding/builtin/builtin-embedder.ts'
import {
  builtinCosines,
  builtinScale,
  type CosineScale,
  type MeasuredCosines,
  onScale,
  scaleOf,
} from '../../src/embedding/cosine-scale.ts'
import type { Embedder } from '../../src/embedding/embedder.ts'
import { measureCosines, readMeasured, writeMeasured } from '../../src/embedding/measuring.ts'
import { alikePairs, unrelatedTexts } from '../../src/embedding/sample-texts.ts'
import { lettersOnly, squeezed } from './support/made-embedders.ts'

const open: Embedder[] = []
afterEach(async () => {
  for (const embedder of open.splice(0)) await embedder.close()
})
const builtin = async () => {
  const embedder = await startBuiltinEmbedder()
  open.push(embedder)
  return embedder
}
const measure = (embedder: Embedder) => measureCosines(embedder, undefined)
const embedding = (embed: Embedder['embed']): Embedder => ({ ...lettersOnly(), embed })

test('no text is in the sample twice', () => {
  const sample = [...unrelatedTexts, ...alikePairs.flat()]
  expect(new Set(sample).size).toBe(sample.length)
  expect(unrelatedTexts.length).toBeGreaterThanOrEqual(24)
  expect(alikePairs.length).toBeGreaterThanOrEqual(12)
})

describe('measuring', () => {
  test('finds of the built-in model what recall was tuned to', async () => {
    const { unrelated, alike } = (await measure(await builtin())) as MeasuredCosines
    expect(unrelated.mean).toBeCloseTo(builtinCosines.unrelated.mean, 5)
    expect(unrelated.spread).toBeCloseTo(builtinCosines.unrelated.spread, 5)
    expect(alike.mean).toBeCloseTo(builtinCosines.alike.mean, 5)
  })

  test('finds the line back from cosines that were shifted and squeezed', async () => {
    const measured = (await measure(squeezed(await builtin(), 0.7))) as MeasuredCosines
    expect(measured.unrelated.mean).toBeGreaterThan(0.7)
    const scale = scaleOf(measured) as CosineScale
    expect(scale.slope).toBeCloseTo(1 / 0.3, 3)
    expect(scale.offset).toBeCloseTo(-0.7 / 0.3, 3)
  })

  test.each<[string, Embedder['embed']]>([
    ['everything alike', async (texts) => texts.map(() => new Float32Array(16).fill(0.25))],
    [
      'nothing of nearly all',
      async (texts) => texts.map((_, i) => new Float32Array(16).fill(i < 9 ? 0.25 : 0)),
    ],
    ['its letters', lettersOnly().embed],
  ])('an embedder that says of texts %s has no scale', async (_, embed) => {
    const measured = await measure(embedding(embed))
    expect(measured === null ? null : scaleOf(measured)).toBeNull()
  })

  test.each<[string, Embedder['embed']]>([
    ['no numbers', async (texts) => texts.map(() => new Float32Array(16).fill(Number.NaN))],
    [
      'numbers without end',
      async (texts) => texts.map(() => new Float32Array(16).fill(Number.POSITIVE_INFINITY)),
    ],
    ['another width', async (texts) => texts.map(() => new Float32Array(15).fill(0.25))],
    ['fewer vectors than texts', async () => [new Float32Array(16).fill(0.25)]],
  ])('%s are an error', async (_, embed) => {
    await expect(measure(embedding(embed))).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('what is kept reads as what was measured; that of another sample does not count', () => {
    const kept = writeMeasured(builtinCosines)
    expect(readMeasured(kept)).toEqual(builtinCosines)
    expect(readMeasured(JSON.stringify({ ...JSON.parse(kept), sample: 0 }))).toBeNull()
    expect(readMeasured('{}')).toBeNull()
  })
})

describe('the line', () => {
  const share = fc.double({ min: 0, max: 0.95, noNaN: true })
  const figures = fc.record({
    mean: fc.double({ min: -0.2, max: 0.9, noNaN: true }),
    spread: fc.double({ min: 0.005, max: 0.2, noNaN: true }),
    standsOut: fc.double({ min: 0.001, max: 1, noNaN: true }),
  })

  test('is none at all where nothing was shifted', () => {
    expect(scaleOf(builtinCosines)).toEqual(builtinScale)
  })

  test('undoes any shift and squeeze', () => {
    fc.assert(
      fc.property(share, fc.double({ min: -1, max: 1, noNaN: true }), (part, cosine) => {
        const moved = (value: number) => part + (1 - part) * value
        const { unrelated, alike } = builtinCosines
        const scale = scaleOf({
          unrelated: { mean: moved(unrelated.mean), spread: (1 - part) * unrelated.spread },
          alike: { mean: moved(alike.mean) },
        })
        expect(onScale(scale as CosineScale, moved(cosine))).toBeCloseTo(cosine, 8)
      }),
    )
  })

  test('makes nothing of chance: unrelated texts scatter no wider, and texts alike come no nearer, than by the built-in', () => {
    fc.assert(
      fc.property(figures, ({ mean, spread, standsOut }) => {
        const scale = scaleOf({ unrelated: { mean, spread }, alike: { mean: mean + standsOut } })
        if (standsOut < spread) expect(scale).toBeNull()
        if (scale === null) return
        const { unrelated, alike } = builtinCosines
        expect(onScale(scale, mean)).toBeCloseTo(unrelated.mean, 8)
        expect(scale.slope * spread).toBeLessThanOrEqual(unrelated.spread + 1e-9)
        expect(onScale(scale, mean + standsOut)).toBeLessThanOrEqual(alike.mean + 1e-9)
      }),
    )
  })

  test('never leaves what a cosine can be', () => {
    const steep = { slope: 40, offset: -20 }
    expect([0, 0.5, 1].map((cosine) => onScale(steep, cosine))).toEqual([-1, 0, 1])
  })
})
