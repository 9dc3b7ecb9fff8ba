// The corpora and, loosely, the figures: what `npm run bench:secrets` prints must not get much worse unseen.
import { expect, test } from 'vitest'
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
