// The two stored forms of a vector: int8 rows for exact-enough cosines, and binary codes for the scan. A code is the
// signs of the vector after a fixed random rotation into a wider space, which evens out how much each bit says: on
// real turns, 192 plain sign bits kept .88 of the true ten nearest among 400 candidates, 256 rotated ones .96.
const int8Max = 127
const bitsMin = 64
const rounds = 3

/** Bits of a code: the next power of two, so that the rotation is a Hadamard transform. */
export function codeBitsOf(dimensions: number): number {
  return Math.max(bitsMin, 2 ** Math.ceil(Math.log2(dimensions)))
}

/** The vector scaled so that its largest component is ±127. Its length is lost; a cosine does not need it. */
export function quantise(vector: Float32Array): Int8Array {
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  const row = new Int8Array(vector.length)
  if (largest === 0) return row
  for (let d = 0; d < vector.length; d++) row[d] = Math.round(((vector[d] as number) / largest) * int8Max)
  return row
}

/**
 * The vector in code space: signs flipped at random, Hadamard transform, three times over. Fixed for ever: codes in
 * stores depend on it. Length grows by a constant factor; angles stay.
 */
export function spread(vector: Float32Array | Int8Array): Float32Array {
  const bits = codeBitsOf(vector.length)
  const values = new Float32Array(bits)
  values.set(vector)
  // Marsaglia's 32-bit xorshift: integer arithmetic only, the same everywhere.
  let state = 0x9e3779b9
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < bits; i++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      if (state < 0) values[i] = -(values[i] as number)
    }
    hadamard(values)
  }
  return values
}

/** Walsh-Hadamard transform in place, unnormalised. */
function hadamard(values: Float32Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const a = values[i] as number
        const b = values[i + half] as number
        values[i] = a + b
        values[i + half] = a - b
      }
    }
  }
}

/** Bit i is set where component i is positive. */
export function signsOf(spreadVector: Float32Array): Uint8Array {
  const code = new Uint8Array(spreadVector.length / 8)
  for (let i = 0; i < spreadVector.length; i++) {
    if ((spreadVector[i] as number) > 0) code[i >> 3] = (code[i >> 3] as number) | (1 << (i & 7))
  }
  return code
}

/** The code of a quantised row: what the store persists beside it. */
export function codeOf(row: Int8Array): Uint8Array {
  return signsOf(spread(row))
}
