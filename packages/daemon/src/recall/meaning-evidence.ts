// What vectors add to the evidence of words: how near each turn, what is said around it and its session are to the cue. Also
// the doubt about words that match only weakly: then the few that match are mostly chance, and meaning has to decide.
// Keeps: a turn that holds a quoted phrase or an identifier of the cue never falls behind one that does not, for its
// meaning. Pure but for the columns it is given to fill.
import { type CosineScale, onScale } from '../embedding/cosine-scale.ts'
import { type Contrast, contrastAmong, dotOfRows, dotWithRow } from '../embedding/rescoring.ts'
import type { Cue } from './cue.ts'
import { type Columns, weightedSums } from './evidence-columns.ts'
import type { Neighbours } from './neighbours.ts'
import type { Pool, PoolMeaning, PoolTurn } from './pool.ts'
import { habitComponents, meaningComponents, wordAgreement, wordComponents, wordTrust } from './weights.ts'

/**
 * Fills in what vectors say of each turn, and the doubt about its words; without vectors nothing is added and nothing
 * doubted. Returns the cosine of each turn with the cue on the scale of its embedder, 0 where there is no vector.
 */
export function addMeaning(cue: Cue, pool: Pool, neighbours: Neighbours, columns: Columns): Float64Array {
  const { turns, meaning } = pool
  if (meaning === null) return new Float64Array(turns.length)
  const nearness = addNearness(meaning, turns, neighbours, columns)
  const worth = weightedSums(meaningComponents, columns)
  const holds = holdingExactly(cue, turns, columns)
  if (holds.includes(true)) putExactOnesFirst(columns, worth, holds)
  else addDoubt(1 - trustInWords(cue, pool, columns, worth), pool, columns)
  return nearness
}

/** Of a turn without a vector (said a moment ago, as a rule) vectors know nothing: they doubt none of its words. */
function addDoubt(doubt: number, { turns, meaning }: Pool, columns: Columns): void {
  const words = weightedSums(wordComponents, columns)
  const habits = weightedSums(habitComponents, columns)
  turns.forEach(({ key }, index) => {
    if (!meaning?.rows.has(key)) return
    columns.doubt[index] = doubt * (words[index] as number)
    columns.habitDoubt[index] = doubt * (habits[index] as number)
  })
}

/** A word like `sha256` or `zq42x` names one thing, as an identifier of several parts does. */
const mixed = /\p{L}.*\p{N}|\p{N}.*\p{L}/u

/** Which turns hold a quoted phrase of the cue, or one of its identifiers as a whole. */
function holdingExactly(cue: Cue, turns: readonly PoolTurn[], { phrase }: Columns): boolean[] {
  const identifiers = cue.terms
    .filter(({ isExtra, term }) => isExtra || mixed.test(term))
    .map(({ hash }) => hash)
  return turns.map(
    ({ terms }, index) =>
      (phrase[index] as number) > 0 || identifiers.some((hash) => terms.hashes.includes(hash)),
  )
}

/** Turns that hold the cue's exact words count as near as the nearest of the others. `worth` is what nearness adds. */
function putExactOnesFirst(columns: Columns, worth: Float64Array, holds: readonly boolean[]): void {
  let best = -1
  worth.forEach((each, index) => {
    if (!holds[index] && (best === -1 || each > (worth[best] as number))) best = index
  })
  if (best === -1) return
  const least = worth[best] as number
  holds.forEach((isExact, index) => {
    if (!isExact || (worth[index] as number) >= least) return
    for (const name of meaningComponents) columns[name][index] = columns[name][best] as number
  })
}

/**
 * How far the words that match are believed, 0 to 1: two of them side by side, or a session that is about them and not
 * against what vectors say; or the cue names who said it. `worth` is what nearness adds.
 */
function trustInWords(cue: Cue, { chapters, turns }: Pool, columns: Columns, worth: Float64Array): number {
  if (columns.speaker.some((value) => value > 0)) return 1
  const bigram = columns.bigram.reduce((most, value) => Math.max(most, value), 0)
  const session = columns.session.reduce((most, value, index) => {
    if (value <= most) return most
    const counts = chapters.get((turns[index] as PoolTurn).chapter)?.counts ?? []
    return holdsSeveral(cue, counts) ? value : most
  }, 0)
  const bySession = (session / wordTrust.session) ** wordTrust.sessionPower
  return Math.min(1, bigram / wordTrust.bigram + bySession * agreement(cue, columns, worth))
}

/** Whether turns that have more of the cue's words are nearer to it too, 0 to 1. */
function agreement({ terms }: Cue, columns: Columns, worth: Float64Array): number {
  const { none, full, cueTermsMin, turnsMin } = wordAgreement
  if (terms.length < cueTermsMin || worth.length < turnsMin) return 1
  const alike = correlationOf(weightedSums(wordComponents, columns), worth)
  return Math.min(1, Math.max(0, (alike - none) / (full - none)))
}

/** Pearson's, of two lists of one length; 0 where one of them does not vary. */
function correlationOf(xs: Float64Array, ys: Float64Array): number {
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [xMean, yMean] = [meanOf(xs), meanOf(ys)]
  let xx = 0
  let yy = 0
  let xy = 0
  for (let index = 0; index < xs.length; index++) {
    const x = (xs[index] as number) - xMean
    const y = (ys[index] as number) - yMean
    xx += x * x
    yy += y * y
    xy += x * y
  }
  return xx * yy === 0 ? 0 : xy / Math.sqrt(xx * yy)
}

/**
 * One word of three or more is a coincidence, however rare it is; of two it is half of what is asked. A verb that is meant
 * with its particle is none of them.
 */
function holdsSeveral({ terms }: Cue, counts: ArrayLike<number>): boolean {
  let asked = 0
  let held = 0
  terms.forEach(({ weight }, place) => {
    if (weight < 1) return
    asked += 1
    if ((counts[place] ?? 0) > 0) held += 1
  })
  return held >= Math.min(2, Math.ceil(asked / 2))
}

/** Returns the cosines with the cue, on the scale. A turn without a vector is as near as most, which is what 0 says. */
function addNearness(
  { vector, scale, rows, nearest }: PoolMeaning,
  turns: readonly PoolTurn[],
  neighbours: Neighbours,
  columns: Columns,
): Float64Array {
  const crowd = nearest.flatMap((seat) => rows.get(seat) ?? [])
  const contrast = contrastAmong(vector, crowd, scale)
  const directions = directionsOf(
    turns.map(({ key }) => rows.get(key)),
    vector,
    scale,
    contrast,
  )
  const { withQuestion, withCommon } = directions
  const around = createSurroundings(contrast, scale, directions, neighbours)
  const sessions = new Map<number, number>()
  turns.forEach(({ chapter }, index) => {
    if (directions.rows[index] === undefined) return
    const meaning = contrast.of(withQuestion[index] as number, withCommon[index] as number)
    columns.meaning[index] = meaning
    columns.surroundings[index] = around(index)
    if (withQuestion[index] !== 0) sessions.set(chapter, Math.max(sessions.get(chapter) ?? meaning, meaning))
  })
  turns.forEach(({ chapter }, index) => {
    columns.sessionMeaning[index] = sessions.get(chapter) ?? 0
  })
  return withQuestion
}

/**
 * Unit vectors known by their rows and their dot products on the scale: scaling out some hundred rows would take longer. By
 * place in the pool; 0 where a turn has no row.
 */
interface Directions {
  readonly rows: readonly (Int8Array | undefined)[]
  readonly lengths: Float64Array
  readonly withQuestion: Float64Array
  readonly withCommon: Float64Array
}

function directionsOf(
  rows: readonly (Int8Array | undefined)[],
  question: Float32Array,
  scale: CosineScale,
  contrast: Contrast,
): Directions {
  const [lengths, withQuestion, withCommon] = [0, 0, 0].map(() => new Float64Array(rows.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]
    if (row === undefined) continue
    const length = Math.sqrt(dotOfRows(row, row)) || 1
    lengths[index] = length
    withQuestion[index] = onScale(scale, dotWithRow(question, row) / length)
    withCommon[index] = contrast.withCommon(dotWithRow(contrast.common, row) / length)
  }
  return { rows, lengths, withQuestion, withCommon }
}

/** The contrast of a turn together with the turns around it, as of the sum of their directions. By place in the pool. */
function createSurroundings(
  contrast: Contrast,
  scale: CosineScale,
  { rows, lengths, withQuestion, withCommon }: Directions,
  { previous, next }: Neighbours,
): (index: number) => number {
  const has = (index: number) => index >= 0 && rows[index] !== undefined
  const cosine = (one: number, other: number) =>
    onScale(
      scale,
      dotOfRows(rows[one] as Int8Array, rows[other] as Int8Array) /
        ((lengths[one] as number) * (lengths[other] as number)),
    )
  // Asked for twice each, by a turn and by the one behind it.
  const withNext = Float64Array.from(next, (after, index) =>
    has(index) && has(after) ? cosine(index, after) : 0,
  )

  return (index) => {
    const around = [previous[index] as number, index, next[index] as number].filter(has)
    let square = around.length
    let question = 0
    let common = 0
    around.forEach((one, at) => {
      question += withQuestion[one] as number
      common += withCommon[one] as number
      for (let later = at + 1; later < around.length; later++) {
        const other = around[later] as number
        square += 2 * (next[one] === other ? (withNext[one] as number) : cosine(one, other))
      }
    })
    const length = Math.sqrt(Math.max(square, 1e-12))
    return contrast.of(question / length, common / length)
  }
}
