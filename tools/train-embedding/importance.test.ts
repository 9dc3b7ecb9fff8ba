import { expect, test } from 'vitest'
import { importanceOf } from './importance.ts'

const settings = { bands: 2, lengthMax: 1.2, power: 2 }

test('a word counts by its frequency and by its length among words as frequent', () => {
  const lengths = [1, 2, 3, 10, 20, 22]
  const weights = [0.1, 0.1, 0.1, 1, 1, 1]
  const importance = importanceOf(lengths, weights, settings)
  // The usual lengths are 2 among the frequent words and 20 among the others.
  expect([...importance].map((each) => Number(each.toFixed(4)))).toEqual([0.025, 0.1, 0.144, 0.25, 1, 1.21])
})

test('what is true of one band says nothing about the other', () => {
  const weights = [1, 1, 1, 1, 1, 1]
  const short = importanceOf([1, 2, 3, 10, 20, 30], weights, settings)
  const scaled = importanceOf([1, 2, 3, 1000, 2000, 3000], weights, settings)
  expect([...scaled]).toEqual([...short])
})

test('fewer words than bands, and rows of no length, still give numbers', () => {
  const importance = importanceOf([0, 0, 5], [1, 1, 1], { ...settings, bands: 8 })
  expect([...importance].every(Number.isFinite)).toBe(true)
})
