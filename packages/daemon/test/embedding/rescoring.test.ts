import { expect, test } from 'vitest'
import { quantise } from '../../src/embedding/codes.ts'
import { builtinScale, onScale } from '../../src/embedding/cosine-scale.ts'
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
  const contrast = contrastAmong(question, rows, builtinScale)
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
  const contrast = contrastAmong(question, rows, builtinScale)
  const gap = (of: (row: Int8Array) => number) => {
    const [first = 0, second = 0] = rows.map(of).sort((a, b) => b - a)
    return first - second
  }
  expect(gap((row) => contrastOf(contrast, question, row))).toBeGreaterThan(
    gap((row) => cosineOf(question, row)) * 1.5,
  )
})

test('contrast on a scale is that of the vectors before a constant part came beside them', () => {
  const beside = Math.sqrt(0.7 / dimensions)
  const shifted = (vector: Float32Array) =>
    Float32Array.from({ length: 2 * dimensions }, (_, d) =>
      d < dimensions ? Math.sqrt(0.3) * (vector[d] as number) : beside,
    )
  const scale = { slope: 1 / 0.3, offset: -0.7 / 0.3 }
  const question = unitVector(dimensions, 99)
  const units = Array.from({ length: 12 }, (_, id) =>
    mixed(question, unitVector(dimensions, id + 1), 1 + id / 4),
  )
  const rows = [...units.map(quantise), new Int8Array(dimensions)]
  const moved = [...units.map((unit) => quantise(shifted(unit))), new Int8Array(2 * dimensions)]
  const before = contrastAmong(question, rows, builtinScale)
  const after = contrastAmong(shifted(question), moved, scale)
  const ofMoved = (row: Int8Array) =>
    after.of(onScale(scale, cosineOf(shifted(question), row)), after.withCommon(cosineOf(after.common, row)))
  const contrasts = units.map((_, i) => contrastOf(before, question, rows[i] as Int8Array))
  expect(Math.max(...contrasts) - Math.min(...contrasts)).toBeGreaterThan(0.5)
  contrasts.forEach((contrast, i) => {
    expect(Math.abs(ofMoved(moved[i] as Int8Array) - contrast)).toBeLessThan(0.02)
  })
})

test('an empty row adds nothing to what the crowd has in common', () => {
  const { common } = contrastAmong(unitVector(dimensions, 99), [new Int8Array(dimensions)], builtinScale)
  expect(common.every((value) => value === 0)).toBe(true)
})

function mixed(a: Float32Array, b: Float32Array, share: number): Float32Array {
  const sum = a.map((value, d) => value + share * (b[d] as number))
  const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0))
  return sum.map((value) => value / length)
}
