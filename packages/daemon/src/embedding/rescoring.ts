// What int8 rows say of a question: sums for exact cosines, and contrasts. Works on the rows as they are, never unpacked.

/** Half the mean row: a whole one would take the question itself out of rows that all answer it. */
const commonShare = 0.5

/**
 * How rows stand out from a crowd: the cosine after half of what the crowd has in common is taken out of both sides, in
 * [-1, 1]. Where everything is about one topic, this is what tells rows apart.
 */
export interface Contrast {
  /** What the crowd has in common, half of it. */
  readonly common: Float32Array
  /** Contrast of a unit vector, from its dot products with the question and with `common`. */
  of(withQuestion: number, withCommon: number): number
}

/** For the unit vector `question`, where `crowd` is what there is to tell apart. Pure. */
export function contrastAmong(question: Float32Array, crowd: readonly Int8Array[]): Contrast {
  const common = commonPart(
    crowd.map((row) => ({ row, length: Math.sqrt(dotOfRows(row, row)) })),
    question.length,
  )
  const commonSquare = dot(common, common)
  const questionCommon = dot(question, common)
  const questionLength = Math.sqrt(1 - 2 * questionCommon + commonSquare)
  return {
    common,
    of(withQuestion, withCommon) {
      // (u − c)·(q − c) = u·q − u·c − q·c + c·c, over both lengths.
      const rest = Math.sqrt(1 - 2 * withCommon + commonSquare) * questionLength
      return rest < 1e-6 ? 0 : (withQuestion - withCommon - questionCommon + commonSquare) / rest
    },
  }
}

function commonPart(
  candidates: readonly { readonly row: Int8Array; readonly length: number }[],
  dimensions: number,
): Float32Array {
  const common = new Float32Array(dimensions)
  for (const { row, length } of candidates) {
    if (length === 0) continue
    const scale = commonShare / (length * candidates.length)
    for (let d = 0; d < dimensions; d++) common[d] = (common[d] as number) + scale * (row[d] as number)
  }
  return common
}

// Three functions for one sum: an engine compiles each for the one kind of array it meets. The two that a recall calls some
// thousand times add up four strands, since each addition to one sum waits for the one before.
export function dotWithRow(vector: Float32Array, row: Int8Array): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let at = 0
  for (; at + 3 < row.length; at += 4) {
    a += (vector[at] as number) * (row[at] as number)
    b += (vector[at + 1] as number) * (row[at + 1] as number)
    c += (vector[at + 2] as number) * (row[at + 2] as number)
    d += (vector[at + 3] as number) * (row[at + 3] as number)
  }
  for (; at < row.length; at++) a += (vector[at] as number) * (row[at] as number)
  return a + b + (c + d)
}

export function dotOfRows(one: Int8Array, other: Int8Array): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let at = 0
  for (; at + 3 < one.length; at += 4) {
    a += (one[at] as number) * (other[at] as number)
    b += (one[at + 1] as number) * (other[at + 1] as number)
    c += (one[at + 2] as number) * (other[at + 2] as number)
    d += (one[at + 3] as number) * (other[at + 3] as number)
  }
  for (; at < one.length; at++) a += (one[at] as number) * (other[at] as number)
  return a + b + c + d
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number)
  return sum
}
