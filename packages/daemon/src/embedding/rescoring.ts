// What int8 rows say of a question: sums for exact cosines, and contrasts. Works on the rows as they are, never unpacked.
// A contrast is made of cosines on the scale of recall, so that it says as much whoever made the vectors.
import type { CosineScale } from './cosine-scale.ts'

/** Half the mean row: a whole one would take the question itself out of rows that all answer it. */
const commonShare = 0.5

/**
 * How rows stand out from a crowd: the cosine after half of what the crowd has in common is taken out of both sides, in
 * [-1, 1]. Where everything is about one topic, this is what tells rows apart.
 */
export interface Contrast {
  /** What the crowd has in common, half of it. */
  readonly common: Float32Array
  /** On the scale, the dot product of a unit vector with `common`. */
  withCommon(dotProduct: number): number
  /** Contrast of a unit vector, from its dot products with the question and with `common`, both on the scale. */
  of(withQuestion: number, withCommon: number): number
}

/** For the unit vector `question`, where `crowd` is what there is to tell apart. Pure. */
export function contrastAmong(
  question: Float32Array,
  crowd: readonly Int8Array[],
  { slope, offset }: CosineScale,
): Contrast {
  const { common, share } = commonPart(crowd, question.length)
  // The common part is a sum of rows, `share` of one in all: what is added to each cosine is added so many times.
  const withCommon = (dotProduct: number) => slope * dotProduct + offset * share
  const commonSquare = slope * dot(common, common) + offset * share * share
  const questionCommon = withCommon(dot(question, common))
  const lengthOfRest = (dotProduct: number) => Math.sqrt(Math.max(0, 1 - 2 * dotProduct + commonSquare))
  const questionLength = lengthOfRest(questionCommon)
  return {
    common,
    withCommon,
    of(withQuestion, ownCommon) {
      // (u − c)·(q − c) = u·q − u·c − q·c + c·c, over both lengths.
      const rest = lengthOfRest(ownCommon) * questionLength
      if (rest < 1e-6) return 0
      const contrast = (withQuestion - ownCommon - questionCommon + commonSquare) / rest
      return Math.min(1, Math.max(-1, contrast))
    },
  }
}

/** Half the mean of the rows at unit length, and how much of one row that is: half, but for rows that are empty. */
function commonPart(
  crowd: readonly Int8Array[],
  dimensions: number,
): { readonly common: Float32Array; readonly share: number } {
  const common = new Float32Array(dimensions)
  let share = 0
  for (const row of crowd) {
    const length = Math.sqrt(dotOfRows(row, row))
    if (length === 0) continue
    const factor = commonShare / (length * crowd.length)
    for (let d = 0; d < dimensions; d++) common[d] = (common[d] as number) + factor * (row[d] as number)
    share += commonShare / crowd.length
  }
  return { common, share }
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
