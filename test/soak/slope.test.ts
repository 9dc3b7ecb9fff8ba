import { expect, test } from 'vitest'
import { slopeOf } from './slope.ts'

const minutes = Array.from({ length: 60 }, (_, minute) => minute)

test('a leak is seen through the saw teeth of garbage collection', () => {
  const leaking = minutes.map((minute) => [minute, 100 + minute * 0.8 + (minute % 5) * 6] as const)
  expect(slopeOf(leaking)).toBeCloseTo(0.8, 1)
})

test('saw teeth and one odd look are no leak', () => {
  const flat = minutes.map((minute) => [minute, minute === 59 ? 900 : 100 + (minute % 5) * 6] as const)
  expect(Math.abs(slopeOf(flat))).toBeLessThan(0.1)
})

test('one point says nothing', () => {
  expect(slopeOf([[1, 2]])).toBe(0)
})
