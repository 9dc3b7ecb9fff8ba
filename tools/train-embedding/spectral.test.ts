import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inverseUpperCholesky, symmetricEigen } from './spectral.ts'

const size = 6
const entries = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
  minLength: size * size,
  maxLength: size * size,
})

test('eigenvectors and eigenvalues put the matrix together again', () => {
  fc.assert(
    fc.property(entries, (values) => {
      const matrix = symmetric(values)
      const eigen = symmetricEigen(matrix, size)
      const again = at((i, j) =>
        sum((k) => get(eigen.vectors, i, k) * (eigen.values[k] as number) * get(eigen.vectors, j, k)),
      )
      expectClose(again, matrix)
      expectClose(
        at((i, j) => sum((k) => get(eigen.vectors, k, i) * get(eigen.vectors, k, j))),
        at((i, j) => (i === j ? 1 : 0)),
      )
    }),
  )
})

test('the inverse Cholesky factor makes a matrix the identity', () => {
  fc.assert(
    fc.property(entries, (values) => {
      const matrix = at(
        (i, j) =>
          sum((k) => (values[i * size + k] as number) * (values[j * size + k] as number)) + (i === j ? 1 : 0),
      )
      const inverse = inverseUpperCholesky(matrix, size)
      const product = at((i, j) =>
        sum((k) => sum((l) => get(inverse, k, i) * get(matrix, k, l) * get(inverse, l, j))),
      )
      expectClose(
        product,
        at((i, j) => (i === j ? 1 : 0)),
      )
    }),
  )
})

test('a matrix that is not positive definite is refused', () => {
  const matrix = at((i, j) => (i === j ? -1 : 0))
  expect(() => inverseUpperCholesky(matrix, size)).toThrow(/positive definite/)
})

function symmetric(values: readonly number[]): Float64Array {
  return at((i, j) => ((values[i * size + j] as number) + (values[j * size + i] as number)) / 2)
}

function at(value: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, index) =>
    value(Math.floor(index / size), index % size),
  )
}

function get(matrix: Float64Array, i: number, j: number): number {
  return matrix[i * size + j] as number
}

function sum(term: (k: number) => number): number {
  return Array.from({ length: size }, (_, k) => term(k)).reduce((a, b) => a + b, 0)
}

function expectClose(actual: Float64Array, expected: Float64Array): void {
  actual.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-6)
  })
}
