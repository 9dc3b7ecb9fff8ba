// Repeatable unit vectors for tests.

/** A unit vector that depends on `seed` only. */
export function unitVector(dimensions: number, seed: number): Float32Array {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  const values = Float64Array.from({ length: dimensions }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x12345
    state ^= state >>> 13
    return (state | 0) / 2 ** 31
  })
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  return Float32Array.from(values, (value) => value / length)
}

export function lengthOf(row: Float32Array): number {
  return Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
}

export function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, d) => sum + value * (b[d] as number), 0)
}

/** What a quantised row stands for, at length 1. */
export function unitOf(row: Int8Array): Float32Array {
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
  return Float32Array.from(row, (value) => value / length)
}
