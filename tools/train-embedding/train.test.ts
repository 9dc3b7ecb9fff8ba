import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeModel } from '../../packages/daemon/src/embedding/builtin/model-file.ts'
import { WordVectors } from '../../packages/daemon/src/embedding/builtin/word-vectors.ts'
import { refineModel } from './finish.ts'
import type { TrainSettings } from './settings.ts'
import { trainModel } from './train.ts'

const small: TrainSettings = {
  name: 'small',
  seed: 1,
  words: 48,
  pieces: 40,
  trainedDimensions: 16,
  dimensions: 8,
  contrast: { batch: 16, passes: 4, runs: 2, temperature: 0.1, rate: 0.02, sharedKeep: 0.4, anyDrop: 0 },
  // The leading component is what tells these two worlds apart, so it stays.
  postProcess: { frequentStems: 48, dropComponents: 0, evening: 0.3 },
  retrofit: { cosineMin: 0, share: 0.6 },
  importance: { bands: 2, lengthMax: 1.2, power: 2 },
  frequencyWeight: 1e-2,
  unknownWeight: 0.5,
  heapBytes: 64 * 1024 * 1024,
}

/** Two worlds whose words never meet: what stands together in one should end up together. */
const worlds = [
  'server deploy cluster container restart rollback pipeline build release monitor alert database'.split(' '),
  'butter sugar flour oven bake dough cake kitchen recipe spoon vanilla cream'.split(' '),
]

const thesaurus = 'sugar,vanilla,cream\nvanilla,sugar\n'

function closeness(vectors: WordVectors, a: string, b: string): number {
  const [x, y] = [vectors.embed(a), vectors.embed(b)]
  return x.reduce((sum, value, d) => sum + value * (y[d] as number), 0)
}

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iai-train-'))
  const sections = Array.from({ length: 240 }, (_, i) => {
    const world = worlds[i % 2] as string[]
    const sentence = (s: number) =>
      `${[0, 1, 2, 3].map((w) => world[(i * 5 + s * 7 + w * (1 + (i % 3))) % world.length]).join(' ')}.`
    const paragraph = (p: number) => [0, 1, 2, 3].map((s) => sentence(p * 4 + s)).join(' ')
    const title = `${world[i % world.length]} notes`
    return {
      source: `invented/${i % 8}`,
      doc: `${i % 40}.md`,
      title,
      paragraphs: [paragraph(0), paragraph(1)],
    }
  })
  const pairs = [
    { a: 'oven', b: 'kitchen thing to bake with', kind: 'definition' },
    { a: 'rollback a release', b: 'deploy the earlier build', kind: 'same-intent' },
  ]
  const lines = (list: readonly unknown[]) => list.map((each) => JSON.stringify(each)).join('\n')
  await writeFile(join(folder, 'corpus-permissive.jsonl.gz'), gzipSync(lines(sections)))
  await writeFile(join(folder, 'pairs-lexical.jsonl'), lines(pairs))
})

afterAll(() => rm(folder, { recursive: true }))

test('the same corpus and seed give the same bytes, however many threads', async () => {
  const one = await trainModel(folder, '', small, 1, () => {})
  const two = await trainModel(folder, '', small, 2, () => {})
  expect(Buffer.from(two).equals(Buffer.from(one))).toBe(true)
})

test('another seed gives another model', async () => {
  const one = await trainModel(folder, '', small, 2, () => {})
  const other = await trainModel(folder, '', { ...small, seed: 2 }, 2, () => {})
  expect(Buffer.from(other).equals(Buffer.from(one))).toBe(false)
})

test('words that stand together end up together', async () => {
  const vectors = new WordVectors(decodeModel(await trainModel(folder, '', small, 2, () => {})))
  for (const [word, friend, stranger] of [
    ['oven', 'bake a cake', 'restart the server'],
    ['deploy', 'rollback the release', 'sugar and butter'],
  ] as const) {
    expect(closeness(vectors, word, friend)).toBeGreaterThan(closeness(vectors, word, stranger) + 0.3)
  }
})

test('a thesaurus draws its words together, and leaves the others where they were', async () => {
  const alone = new WordVectors(decodeModel(await trainModel(folder, '', small, 2, () => {})))
  const drawn = new WordVectors(decodeModel(await trainModel(folder, thesaurus, small, 2, () => {})))
  expect(closeness(drawn, 'sugar', 'vanilla')).toBeGreaterThan(closeness(alone, 'sugar', 'vanilla'))
  expect(closeness(drawn, 'monitor', 'pipeline')).toBeCloseTo(closeness(alone, 'monitor', 'pipeline'), 1)
})

test('a model refined with a thesaurus is the model trained with it, byte for byte', async () => {
  const alone = await trainModel(folder, '', small, 2, () => {})
  const trained = await trainModel(folder, thesaurus, small, 2, () => {})
  const refined = await refineModel(alone, thesaurus, small, () => {})
  expect(Buffer.from(trained).equals(Buffer.from(alone))).toBe(false)
  expect(Buffer.from(refined).equals(Buffer.from(trained))).toBe(true)
})

test('a missing corpus is named', async () => {
  await expect(trainModel(join(folder, 'elsewhere'), '', small, 1, () => {})).rejects.toThrow(
    /corpus-permissive/,
  )
})
