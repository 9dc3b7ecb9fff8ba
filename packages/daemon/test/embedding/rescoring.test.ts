import { expect, test } from 'vitest'
import { quantise } from '../../src/embedding/codes.ts'
import { type Contrast, contrastAmong, dotOfRows, dotWithRow } from '../../src/embedding/rescoring.ts'
import { cosine, lengthOf, unitOf, unitVector } from './vectors.ts'

const dimensions = 128
const cosineOf = (question: Float32Array, row: Int8Array) =>
  dotWithRow(question, row) / Math.sqrt(dotOfRows(row, row))
const contrastOf = (contrast: Contrast, question: Float32Array, row: Int8Array) =>
  contrast.of(cosineOf(question, row), cosineOf(contrast.common, row))

test('cosines of rows are those of the vectors they stand for', () => {
  const question = unitVector(dimensions, 99)
  for (let seed = 1; seed <= 20; seed++) {
    const row = quantise(unitVector(dimensions, seed))
    expect(cosineOf(question, row)).toBeCloseTo(cosine(question, unitOf(row)), 5)
  }
})

test('contrast is the cosine of what is left without half the mean', () => {
  const rows = Array.from({ length: 12 }, (_, id) => quantise(unitVector(dimensions, id + 1)))
  const question = unitVector(dimensions, 99)
  const units = rows.map(unitOf)
  const without = (vector: Float32Array) =>
    vector.map((value, d) => value - units.reduce((sum, unit) => sum + (unit[d] as number), 0) / 24)
  const contrast = contrastAmong(question, rows)
  for (const row of rows) {
    const [a, b] = [without(question), without(unitOf(row))]
    expect(contrastOf(contrast, question, row)).toBeCloseTo(cosine(a, b) / (lengthOf(a) * lengthOf(b)), 4)
  }
})

test('contrast tells apart rows that share a topic', () => {
  const topic = unitVector(dimensions, 1)
  const about = (detail: number) => mixed(topic, unitVector(dimensions, detail), 0.3)
  const rows = Array.from({ length: 20 }, (_, id) => quantise(about(100 + id)))
  const question = about(105)
  const contrast = contrastAmong(question, rows)
  const gap = (of: (row: Int8Array) => number) => {
    const [first = 0, second = 0] = rows.map(of).sort((a, b) => b - a)
    return first - second
  }
  expect(gap((row) => contrastOf(contrast, question, row))).toBeGreaterThan(
    gap((row) => cosineOf(question, row)) * 1.5,
  )
})

test('an empty row adds nothing to what the crowd has in common', () => {
  const { common } = contrastAmong(unitVector(dimensions, 99), [new Int8Array(dimensions)])
  expect(common.every((value) => value === 0)).toBe(true)
})

function mixed(a: Float32Array, b: Float32Array, share: number): Float32Array {
  const sum = a.map((value, d) => value + share * (b[d] as number))
  const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0))
  return sum.map((value) => value / length)
}
