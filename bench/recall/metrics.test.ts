import { expect, test } from 'vitest'
import { estimate, evaluateRanking, inOrderOfAppearance } from './metrics.ts'

test('a ranking is judged by where its gold stands', () => {
  const metrics = evaluateRanking(['x', 'a', 'y', 'z', 'w', 'v', 'b'], ['a', 'b'])
  expect(metrics).toMatchObject({ 'any@1': 0, 'any@3': 1, 'all@5': 0, 'all@10': 1, 'frac@5': 0.5, mrr: 0.5 })
  const ideal = 1 + 1 / Math.log2(3)
  expect(metrics['ndcg@10']).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(8)) / ideal)
})

test('nothing found is nought, everything first is one', () => {
  expect(evaluateRanking([], ['a'])).toMatchObject({ 'any@20': 0, 'ndcg@10': 0, mrr: 0 })
  expect(evaluateRanking(['b', 'a'], ['a', 'b'])).toMatchObject({ 'all@3': 1, 'ndcg@10': 1, mrr: 1 })
})

test('only the first 200 count', () => {
  const late = [...Array.from({ length: 200 }, (_, index) => `x${index}`), 'a']
  expect(evaluateRanking(late, ['a']).mrr).toBe(0)
})

test('sessions are ranked by their first turn', () => {
  expect(inOrderOfAppearance(['s2', 's1', 's2', 's3'])).toEqual(['s2', 's1', 's3'])
})

test('an interval holds its mean and narrows with more questions', () => {
  const values = (n: number) => Array.from({ length: n }, (_, index) => index % 2)
  const few = estimate(values(20))
  const many = estimate(values(2_000))
  for (const { low, mean, high } of [few, many]) {
    expect(low).toBeLessThan(mean)
    expect(high).toBeGreaterThan(mean)
  }
  expect(many.high - many.low).toBeLessThan((few.high - few.low) / 5)
  expect(estimate(values(20))).toEqual(few)
})
