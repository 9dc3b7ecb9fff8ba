// What vectors add to the evidence of words: how near each turn, what is said around it and its session are to the cue. Also
// the doubt about words that match only weakly: then the few that match are mostly chance, and meaning has to decide.
// Keeps: a turn that holds a quoted phrase or an identifier of the cue never falls behind one that does not, for its
// meaning. Pure.

import { type CosineScale, onScale } from '../embedding/cosine-scale.ts'
import { type Contrast, contrastAmong, dotOfRows, dotWithRow } from '../embedding/rescoring.ts'
import type { Cue } from './cue.ts'
import type { Pool, PoolMeaning, PoolTurn } from './pool.ts'
import {
  type Component,
  habitComponents,
  meaningComponents,
  weights,
  wordAgreement,
  wordComponents,
  wordTrust,
} from './weights.ts'

export type Components = Readonly<Record<Component, number>>

/** The evidence of everything but vectors, whose components are still 0. */
export interface PlainEvidence {
  readonly turn: PoolTurn
  readonly components: Record<Component, number>
}

export interface Evidenced {
  readonly turn: PoolTurn
  readonly components: Components
  /** Cosine of the turn with the cue on the scale of its embedder, 0 without vectors. */
  readonly nearness: number
}

interface Near {
  readonly meaning: number
  readonly surroundings: number
  readonly sessionMeaning: number
  readonly nearness: number
}

const nothing: Near = { meaning: 0, surroundings: 0, sessionMeaning: 0, nearness: 0 }

/**
 * `plain` with what vectors say, in the same order; without vectors nothing is added and nothing doubted. Takes the
 * components over and fills them in: copies of some hundred of them were a tenth of all that a recall allocates.
 */
export function addMeaning(cue: Cue, pool: Pool, plain: readonly PlainEvidence[]): Evidenced[] {
  const { meaning } = pool
  if (meaning === null) return plain.map((each) => evidenced(each, nothing, 1))
  const holds = holdingExactly(cue, plain)
  const near = withExactOnesFirst(nearOf(meaning, pool.turns), holds)
  const trust = holds.includes(true) ? 1 : trustInWords(cue, pool, plain, near)
  return plain.map((each, index) => evidenced(each, near[index] as Near, trust))
}

function evidenced({ turn, components }: PlainEvidence, near: Near, trust: number): Evidenced {
  components.doubt = (1 - trust) * wordsOf(components)
  components.habitDoubt = (1 - trust) * sumOf(habitComponents, components)
  components.meaning = near.meaning
  components.surroundings = near.surroundings
  components.sessionMeaning = near.sessionMeaning
  return { turn, components, nearness: near.nearness }
}

/** A word like `sha256` or `zq42x` names one thing, as an identifier of several parts does. */
const mixed = /\p{L}.*\p{N}|\p{N}.*\p{L}/u

/** Which turns hold a quoted phrase of the cue, or one of its identifiers as a whole. */
function holdingExactly(cue: Cue, plain: readonly PlainEvidence[]): boolean[] {
  const identifiers = cue.terms
    .filter(({ isExtra, term }) => isExtra || mixed.test(term))
    .map(({ hash }) => hash)
  return plain.map(
    ({ turn, components }) =>
      components.phrase > 0 || identifiers.some((hash) => turn.terms.hashes.includes(hash)),
  )
}

/** Turns that hold the cue's exact words count as near as the nearest of the others. */
function withExactOnesFirst(near: readonly Near[], holds: readonly boolean[]): readonly Near[] {
  let best: Near | null = null
  near.forEach((each, index) => {
    if (!holds[index] && (best === null || worthOf(each) > worthOf(best))) best = each
  })
  if (best === null) return near
  const least: Near = best
  return near.map((each, index) =>
    holds[index] && worthOf(each) < worthOf(least) ? { ...least, nearness: each.nearness } : each,
  )
}

function sumOf<Name extends Component>(names: readonly Name[], of: Readonly<Record<Name, number>>): number {
  return names.reduce((sum, name) => sum + weights[name] * of[name], 0)
}

const worthOf = (near: Near) => sumOf(meaningComponents, near)
const wordsOf = (components: Components) => sumOf(wordComponents, components)

/**
 * How far the words that match are believed, 0 to 1: two of them side by side, or a session that is about them and not
 * against what vectors say; or the cue names who said it.
 */
function trustInWords(
  cue: Cue,
  { chapters }: Pool,
  plain: readonly PlainEvidence[],
  near: readonly Near[],
): number {
  let bigram = 0
  let session = 0
  for (const { turn, components } of plain) {
    if (components.speaker > 0) return 1
    bigram = Math.max(bigram, components.bigram)
    const counts = chapters.get(turn.chapter)?.counts ?? []
    if (holdsSeveral(cue, counts)) session = Math.max(session, components.session)
  }
  const bySession = (session / wordTrust.session) ** wordTrust.sessionPower
  return Math.min(1, bigram / wordTrust.bigram + bySession * agreement(cue, plain, near))
}

/** Whether turns that have more of the cue's words are nearer to it too, 0 to 1. */
function agreement({ terms }: Cue, plain: readonly PlainEvidence[], near: readonly Near[]): number {
  const { none, full, cueTermsMin, turnsMin } = wordAgreement
  if (terms.length < cueTermsMin || plain.length < turnsMin) return 1
  const words = plain.map(({ components }) => wordsOf(components))
  const alike = correlationOf(words, near.map(worthOf))
  return Math.min(1, Math.max(0, (alike - none) / (full - none)))
}

/** Pearson's, of two lists of one length; 0 where one of them does not vary. */
function correlationOf(xs: readonly number[], ys: readonly number[]): number {
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [xMean, yMean] = [meanOf(xs), meanOf(ys)]
  let [xx, yy, xy] = [0, 0, 0]
  xs.forEach((value, index) => {
    const x = value - xMean
    const y = (ys[index] as number) - yMean
    xx += x * x
    yy += y * y
    xy += x * y
  })
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

/** By place in `turns`. A turn without a vector is as near as most, which is what 0 says. */
function nearOf({ vector, scale, rows, nearest }: PoolMeaning, turns: readonly PoolTurn[]): Near[] {
  const contrast = contrastAmong(
    vector,
    nearest.flatMap((seat) => rows.get(seat) ?? []),
    scale,
  )
  const directions = new Map<number, Direction>()
  for (const [seat, row] of rows) directions.set(seat, directionOf(row, vector, scale, contrast))
  const near = turns.map((turn): Near => {
    const own = directions.get(turn.key)
    if (own === undefined) return nothing
    const around: Direction[] = []
    for (const seat of [turn.previous, turn.key, turn.next]) {
      const each = seat === null ? undefined : directions.get(seat)
      if (each !== undefined) around.push(each)
    }
    return {
      meaning: contrast.of(own.withQuestion, own.withCommon),
      surroundings: contrastOfSum(contrast, scale, around),
      sessionMeaning: 0,
      nearness: own.withQuestion,
    }
  })
  const sessions = new Map<number, number>()
  turns.forEach(({ chapter }, index) => {
    const { meaning, nearness } = near[index] as Near
    if (nearness !== 0) sessions.set(chapter, Math.max(sessions.get(chapter) ?? meaning, meaning))
  })
  return near.map((each, index) => ({
    ...each,
    sessionMeaning: sessions.get((turns[index] as PoolTurn).chapter) ?? 0,
  }))
}

/** A unit vector known by its row and its dot products on the scale: scaling out some hundred rows would take longer. */
interface Direction {
  readonly row: Int8Array
  readonly length: number
  readonly withQuestion: number
  readonly withCommon: number
}

function directionOf(
  row: Int8Array,
  question: Float32Array,
  scale: CosineScale,
  contrast: Contrast,
): Direction {
  const length = Math.sqrt(dotOfRows(row, row)) || 1
  return {
    row,
    length,
    withQuestion: onScale(scale, dotWithRow(question, row) / length),
    withCommon: contrast.withCommon(dotWithRow(contrast.common, row) / length),
  }
}

/** The contrast of the direction of all of them together. */
function contrastOfSum(contrast: Contrast, scale: CosineScale, directions: readonly Direction[]): number {
  let square = directions.length
  let withQuestion = 0
  let withCommon = 0
  directions.forEach((one, index) => {
    withQuestion += one.withQuestion
    withCommon += one.withCommon
    for (let next = index + 1; next < directions.length; next++) {
      const other = directions[next] as Direction
      square += 2 * onScale(scale, dotOfRows(one.row, other.row) / (one.length * other.length))
    }
  })
  const length = Math.sqrt(Math.max(square, 1e-12))
  return contrast.of(withQuestion / length, withCommon / length)
}
