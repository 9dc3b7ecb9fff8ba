// The corpora and, loosely, the figures: what `npm run bench:secrets` prints must not get much worse unseen.
import { expect, test } from 'vitest'
import { outsideSecrets } from './independent/corpus.ts'
import { measureIndependent, type Share } from './independent.ts'
import { measureSecrets } from './measuring.ts'

const figures = measureSecrets({ seed: 7, rounds: 1, cleanTurns: 2_000 })

test('the corpus is broad enough to say something', () => {
  expect(figures.planted).toBeGreaterThanOrEqual(300)
  expect(figures.kinds).toBeGreaterThanOrEqual(25)
})

test('nearly all secrets are found, in code, in logs and in prose', () => {
  expect(figures.recall).toBeGreaterThan(0.97)
  for (const share of Object.values(figures.recallBy)) expect(share).toBeGreaterThan(0.95)
})

test('clean turns stay clean', () => {
  expect(figures.spoiltExamples.slice(0, 5)).toEqual([])
})

test('the independent corpus keeps its halves apart and its figures', () => {
  const { kinds, unseenKinds, tuning, judging, unseen, byKind } = measureIndependent()
  const share = ({ hits, of }: Share): number => hits / of
  expect(kinds).toBeGreaterThanOrEqual(30)
  const heldBack = new Set(outsideSecrets().flatMap(({ kind, unseen }) => (unseen ? [kind] : [])))
  expect(heldBack.size).toBe(unseenKinds)
  expect([...byKind.keys()].filter((kind) => heldBack.has(kind))).toEqual([])
  expect(tuning.found.of).toBeGreaterThanOrEqual(300)
  expect(tuning.spoilt.of + judging.spoilt.of).toBeGreaterThanOrEqual(3_000)
  expect(share(tuning.found)).toBeGreaterThan(0.97)
  expect(share(judging.found)).toBeGreaterThan(0.88)
  expect(share(unseen.found)).toBeGreaterThan(0.86)
  expect(share(judging.spoilt)).toBeLessThan(0.004)
})
