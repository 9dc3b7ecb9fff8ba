import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeBitsOf, codeOf, quantise, signsOf, spread } from '../../src/embedding/codes.ts'
import { cosine, lengthOf, unitOf, unitVector } from './vectors.ts'

const seed = fc.integer({ min: 0, max: 100_000 })
const width = fc.constantFrom(64, 100, 192, 384)

test('quantising keeps the direction', () => {
  fc.assert(
    fc.property(width, seed, seed, (dimensions, a, b) => {
      const question = unitVector(dimensions, a)
      const vector = unitVector(dimensions, b)
      expect(cosine(question, unitOf(quantise(vector)))).toBeCloseTo(cosine(question, vector), 1.7)
    }),
  )
})

test('spreading keeps angles', () => {
  fc.assert(
    fc.property(width, seed, seed, (dimensions, a, b) => {
      const [x, y] = [unitVector(dimensions, a), unitVector(dimensions, b)]
      const [spreadX, spreadY] = [spread(x), spread(y)]
      const angle = cosine(spreadX, spreadY) / (lengthOf(spreadX) * lengthOf(spreadY))
      expect(angle).toBeCloseTo(cosine(x, y), 4)
    }),
  )
})

test('codes are whole 64-bit words at any width', () => {
  expect([1, 64, 65, 192, 256, 384, 1536].map(codeBitsOf)).toEqual([64, 64, 128, 256, 256, 512, 2048])
  expect(codeOf(new Int8Array(192))).toHaveLength(32)
})

test('a row and its opposite differ in nearly every bit', () => {
  const row = quantise(unitVector(192, 5))
  const code = codeOf(row)
  const opposite = codeOf(row.map((value) => -value))
  const differing = code.reduce((sum, byte, i) => sum + ones(byte ^ (opposite[i] as number)), 0)
  expect(differing).toBeGreaterThan(250)
})

test('codes are what they were: stores hold them', () => {
  const vector = Float32Array.from({ length: 192 }, (_, d) => Math.fround(((d * 37) % 101) - 50))
  expect(Buffer.from(signsOf(spread(vector))).toString('hex')).toBe(
    'a493e3d44343fc3f6ebc2188a1cd45b5d020b39710f3ed6b090fce7b36ec88cd',
  )
})

function ones(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length
}
