// Text to vector with the built-in model: each word's row at unit length, times how much the word says, added up. A
// word that is not in the table gets the sum of its pieces. Synchronous and pure apart from its memory of words.
import { limits } from '../../kit/limits.ts'
import { ownString, RecentMap } from '../../kit/recent-map.ts'
import { meaningfulTerms } from './meaningful-terms.ts'
import type { Model } from './model-file.ts'
import { piecesOf } from './pieces.ts'

const halfCharsMin = 4
const compoundCharsMax = 32

export class WordVectors {
  private readonly model: Model
  private readonly rowOf = new Map<string, number>()
  private readonly pieceRowOf = new Map<string, number>()
  /** Per row, weight over length: what turns its int8 values into a vector. */
  private readonly scales: Float32Array
  private readonly guessed = new RecentMap<Float32Array>(limits.guessedWordsHeldMax)

  constructor(model: Model) {
    this.model = model
    model.terms.forEach((term, row) => {
      const rows = row < model.words ? this.rowOf : this.pieceRowOf
      rows.set(term, row)
    })
    this.scales = scalesOf(model)
  }

  /** Unit vector of `text`, or a zero vector when nothing in it means anything to the model. */
  embed(text: string, emphasis?: ReadonlyMap<string, number>): Float32Array {
    const sum = new Float64Array(this.model.dimensions)
    for (const [term, times] of countsOf(meaningfulTerms(text))) {
      // Said twice counts more than once, but not twice as much.
      this.addTerm(sum, term, (1 + Math.log(times)) * (emphasis?.get(term) ?? 1))
    }
    return unitOf(sum)
  }

  private addTerm(sum: Float64Array, term: string, factor: number): void {
    const row = this.rowOf.get(term)
    if (row !== undefined) {
      this.addRow(sum, row, factor)
      return
    }
    const guess = this.guess(term)
    for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] as number) + factor * (guess[d] as number)
  }

  private addRow(sum: Float64Array, row: number, factor: number): void {
    const { rows, dimensions } = this.model
    const scale = factor * (this.scales[row] as number)
    const start = row * dimensions
    for (let d = 0; d < dimensions; d++) sum[d] = (sum[d] as number) + scale * (rows[start + d] as number)
  }

  /** Vector of a word that has no row, from its parts; remembered, because such words come in runs. */
  private guess(term: string): Float32Array {
    const known = this.guessed.get(term)
    if (known !== undefined) return known
    const { dimensions, unknownWeight } = this.model
    const halves = new Float64Array(dimensions)
    for (const row of this.knownHalves(term)) this.addRow(halves, row, 1)
    const pieces = new Float64Array(dimensions)
    for (const piece of piecesOf(term)) {
      const row = this.pieceRowOf.get(piece)
      if (row !== undefined) this.addRow(pieces, row, 1)
    }
    const fromPieces = unitOf(pieces)
    const both = Float64Array.from(unitOf(halves), (value, d) => value + (fromPieces[d] as number))
    const vector = unitOf(both).map((value) => value * unknownWeight)
    if (term.length <= limits.guessedWordCharsMax) this.guessed.set(ownString(term), vector)
    return vector
  }

  /** Rows of the two known words that `term` is written together from (`containerstatus`), or none. */
  private knownHalves(term: string): readonly number[] {
    if (term.length > compoundCharsMax) return []
    let best: { readonly rows: readonly number[]; readonly later: number } | undefined
    for (let at = halfCharsMin; at <= term.length - halfCharsMin; at++) {
      const first = this.rowOf.get(term.slice(0, at))
      const second = this.rowOf.get(term.slice(at))
      if (first === undefined || second === undefined) continue
      // Rows are ordered by frequency: the split whose rarer half is the most frequent is the likeliest.
      const later = Math.max(first, second)
      if (best === undefined || later < best.later) best = { rows: [first, second], later }
    }
    return best?.rows ?? []
  }
}

function scalesOf({ rows, weights, dimensions }: Model): Float32Array {
  const scales = new Float32Array(weights.length)
  for (let row = 0; row < scales.length; row++) {
    let square = 0
    for (let at = row * dimensions, end = at + dimensions; at < end; at++) square += (rows[at] as number) ** 2
    if (square > 0) scales[row] = (weights[row] as number) / 255 / Math.sqrt(square)
  }
  return scales
}

function countsOf(terms: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}

function unitOf(sum: Float64Array): Float32Array {
  let square = 0
  for (let d = 0; d < sum.length; d++) square += (sum[d] as number) ** 2
  const unit = new Float32Array(sum.length)
  if (square === 0) return unit
  const scale = 1 / Math.sqrt(square)
  for (let d = 0; d < sum.length; d++) unit[d] = (sum[d] as number) * scale
  return unit
}
