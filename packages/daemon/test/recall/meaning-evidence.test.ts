import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantise } from '../../src/embedding/codes.ts'
import { builtinScale } from '../../src/embedding/cosine-scale.ts'
import { contrastAmong } from '../../src/embedding/rescoring.ts'
import { assert } from '../../src/kit/assert.ts'
import { readCue } from '../../src/recall/cue.ts'
import type { Pool } from '../../src/recall/pool.ts'
import { judge } from '../../src/recall/relevance.ts'
import { scorePool } from '../../src/recall/score.ts'
import { habitComponents, weights, wordComponents } from '../../src/recall/weights.ts'
import { cosine, lengthOf, unitOf, unitVector } from '../embedding/vectors.ts'
import { type PlainTurn, plainPool } from './support/plain-pool.ts'

const now = Date.UTC(2026, 4, 20)
const dimensions = 128
const cueVector = unitVector(dimensions, 1)

/** Between the cue's direction (1) and one of its own (0). */
function towardsCue(share: number, seed: number): Float32Array {
  const other = unitVector(dimensions, seed + 100)
  const sum = cueVector.map((value, d) => share * value + (1 - share) * (other[d] as number))
  const length = Math.hypot(...sum)
  return sum.map((value) => value / length)
}

/** Turns with how near each is to the cue; null: it has no vector. */
function poolOf(cue: string, turns: readonly (PlainTurn & { readonly near: number | null })[]): Pool {
  const pool = plainPool(readCue(cue, now), turns)
  const rows = new Map<number, Int8Array>()
  turns.forEach(({ near }, key) => {
    if (near !== null) rows.set(key, quantise(towardsCue(near, key)))
  })
  return { ...pool, meaning: { vector: cueVector, scale: builtinScale, rows, nearest: [...rows.keys()] } }
}

const rank = (cue: string, pool: Pool) => scorePool(readCue(cue, now), pool)

const memories = [
  { session: 1, text: 'Authentication goes through the OAuth flow.', near: 0.8 },
  { session: 2, text: 'The people at the lake rented a boat.', near: 0.1 },
  { session: 3, text: 'Nightly snapshots are kept for a month.', near: 0.1 },
  { session: 4, text: 'The dentist found two cavities.', near: 0 },
]

describe('vectors beside words', () => {
  test('find a turn that shares no word with the cue, above one that shares a word by chance', () => {
    const cue = 'How do we log people in?'
    const scored = rank(cue, poolOf(cue, memories))
    expect(scored.map(({ turn }) => turn.key).slice(0, 2)).toEqual([0, 1])
    expect(rank(cue, plainPool(readCue(cue, now), memories))[0]?.turn.key).toBe(1)
  })

  test('let what is near enough be an answer, and nothing else', () => {
    const cue = 'How do we sign in?'
    const judged = (turns: typeof memories) => judge(rank(cue, poolOf(cue, turns)), false)
    expect(judged(memories).shown[0]?.turn.key).toBe(0)
    expect(judged(memories.slice(1)).shown).toEqual([])
  })

  test('doubt no words that stand side by side, as in the cue', () => {
    const cue = 'nightly snapshots of people'
    for (const { components } of rank(cue, poolOf(cue, memories))) expect(components().doubt).toBe(0)
    const weak = rank('people and snapshots', poolOf('people and snapshots', memories))
    expect(Math.max(...weak.map(({ components }) => components().doubt))).toBeGreaterThan(0)
  })

  test('doubt one word that matches of three, however rare, and not one of two', () => {
    const dentistFor = (cue: string) => {
      const found = rank(cue, poolOf(cue, memories)).find(({ turn }) => turn.key === 3)
      assert(found !== undefined, 'every turn of a pool is ranked')
      return found
    }
    const three = dentistFor('dentist bill insurance').components()
    const words = wordComponents.reduce((sum, name) => sum + weights[name] * three[name], 0)
    expect(three.session).toBeGreaterThan(0)
    expect(three.doubt).toBeCloseTo(words)
    const two = dentistFor('dentist bill').components()
    const ofTwo = wordComponents.reduce((sum, name) => sum + weights[name] * two[name], 0)
    expect(two.doubt).toBeLessThan(ofTwo)
  })

  test('doubt no words of what has no vector yet: it is shown beside what is near', () => {
    const cue = 'people who sign the lake papers'
    const fresh = memories.map((turn) => (turn.session === 2 ? { ...turn, near: null } : turn))
    const lake = (turns: readonly (PlainTurn & { readonly near: number | null })[]) =>
      judge(rank(cue, poolOf(cue, turns)), false).shown.find(({ turn }) => turn.key === 1)
    expect(lake(memories)).toBeUndefined()
    expect(lake(fresh)?.components().doubt).toBe(0)
  })

  test('doubt a session that has the cue’s words where vectors point elsewhere, and not where they agree', () => {
    const cue = 'trouble with a leaking roof gutter'
    const talk = (withWords: number, without: number) => [
      ...['The roof', 'A gutter', 'No trouble', 'Leaking'].map((text) => ({
        session: 1,
        text,
        near: withWords,
      })),
      ...Array.from({ length: 20 }, (_, index) => ({
        session: 2 + index,
        text: 'nothing of the kind was said here',
        near: index < 4 ? without : 0.1,
      })),
    ]
    const doubtOf = (turns: ReturnType<typeof talk>) =>
      Math.max(...rank(cue, poolOf(cue, turns)).map(({ components }) => components().doubt))
    expect(doubtOf(talk(0.6, 0.1))).toBeCloseTo(0)
    expect(doubtOf(talk(0, 0.6))).toBeGreaterThan(0.5)
    // Of so few turns nothing can be said.
    expect(doubtOf(talk(0, 0.6).slice(0, 8))).toBeCloseTo(0)
  })

  test('doubt no words of a cue that names who speaks', () => {
    const turns = memories.map((each) => ({ ...each, speaker: 'maria' }))
    const doubts = (cue: string) => rank(cue, poolOf(cue, turns)).map(({ components }) => components().doubt)
    expect(Math.max(...doubts('dentist bill insurance'))).toBeGreaterThan(0)
    expect(Math.max(...doubts('dentist bill insurance of Maria'))).toBe(0)
  })

  test('take half of what habits add away with the words', () => {
    const turns = memories.map((each) => ({ ...each, text: `${each.text} 7 of them`, near: 0.3 }))
    const cue = 'How many dentist bills were insured?'
    const found = rank(cue, poolOf(cue, turns)).find(({ turn }) => turn.key === 3)
    assert(found !== undefined, 'every turn of a pool is ranked')
    expect(found.components().number).toBe(1)
    expect(found.components().habitDoubt).toBeGreaterThan(0)
    expect(found.components().habitDoubt).toBeLessThanOrEqual(
      habitComponents.reduce((sum, name) => sum + weights[name] * found.components()[name], 0) + 1e-9,
    )
  })

  test('let words that are doubted vouch for nothing', () => {
    const cue = 'dentist bill insurance'
    const relevance = (pool: Pool) => rank(cue, pool).find(({ turn }) => turn.key === 3)?.relevance ?? 0
    const byWords = relevance(plainPool(readCue(cue, now), memories))
    expect(byWords).toBeGreaterThan(0.1)
    expect(relevance(poolOf(cue, memories))).toBeLessThan(byWords / 2)
  })

  test('change nothing where there are none', () => {
    const cue = 'nightly snapshots'
    const plain = rank(cue, plainPool(readCue(cue, now), memories))
    for (const { components } of plain) {
      const { meaning, surroundings, sessionMeaning, doubt, habitDoubt } = components()
      expect([meaning, surroundings, sessionMeaning, doubt, habitDoubt]).toEqual([0, 0, 0, 0, 0])
    }
  })

  test('hear a turn’s surroundings and its session, and take one without a vector for average', () => {
    const turns = [
      { session: 1, text: 'yes', near: null },
      { session: 1, text: 'OAuth it is', near: 0.9 },
      { session: 2, text: 'no', near: null },
      { session: 2, text: 'a boat', near: 0 },
    ]
    const components = new Map(
      rank('log in', poolOf('log in', turns)).map(({ turn, components: of }) => [turn.key, of()]),
    )
    expect(components.get(0)).toMatchObject({ meaning: 0, surroundings: 0 })
    expect(components.get(0)?.sessionMeaning).toBe(components.get(1)?.meaning)
    expect(components.get(1)?.meaning).toBeGreaterThan(components.get(3)?.meaning as number)
  })
})

test('a turn’s surroundings are as near as the sum of the three turns', () => {
  const near = [0.2, 0.9, 0.4]
  const pool = poolOf(
    'log in',
    near.map((each) => ({ session: 1, text: 'yes', near: each })),
  )
  const rows = [...(pool.meaning?.rows.values() ?? [])]
  const sum = rows.map(unitOf).reduce((a, b) => a.map((value, d) => value + (b[d] as number)))
  const around = sum.map((value) => value / lengthOf(sum))
  const contrast = contrastAmong(cueVector, rows, builtinScale)
  const expected = contrast.of(cosine(around, cueVector), cosine(around, contrast.common))
  const middle = rank('log in', pool).find(({ turn }) => turn.key === 1)
  expect(middle?.components().surroundings).toBeCloseTo(expected, 6)
})

const word = fc.constantFrom('port', 'staging', 'readConfig', 'zq42x', 'zeppelin', 'lake', 'rented', 'list')
const turn = fc.record({
  session: fc.integer({ min: 1, max: 3 }),
  text: fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' ')),
  near: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
})

test('vectors never put a turn before one that holds an exact phrase or identifier and was ahead of it', () => {
  const held = {
    'where does "staging port" stand': /staging port/,
    'who calls readConfig at the lake': /readConfig/,
    'which port has zq42x at the lake': /zq42x/,
  }
  const cues = Object.keys(held) as (keyof typeof held)[]
  fc.assert(
    fc.property(fc.constantFrom(...cues), fc.array(turn, { minLength: 2, maxLength: 10 }), (cue, turns) => {
      const sorted = turns.toSorted((a, b) => a.session - b.session)
      const holds = (key: number) => held[cue].test(sorted[key]?.text ?? '')
      const scores = (pool: Pool) =>
        new Map(rank(cue, pool).map(({ turn: { key }, score }) => [key, score] as const))
      const [before, after] = [scores(plainPool(readCue(cue, now), sorted)), scores(poolOf(cue, sorted))]
      const at = (of: ReadonlyMap<number, number>, key: number) => of.get(key) as number
      for (const [key] of sorted.entries()) {
        for (const [other] of sorted.entries()) {
          if (!holds(key) || holds(other) || at(before, key) < at(before, other)) continue
          expect(at(after, key)).toBeGreaterThanOrEqual(at(after, other) - 1e-9)
        }
      }
    }),
  )
})

test('what vectors add is a bounded part of a score', () => {
  fc.assert(
    fc.property(fc.array(turn, { minLength: 1, maxLength: 6 }), (turns) => {
      const cue = 'staging port at the lake'
      for (const { components } of rank(cue, poolOf(cue, turns))) {
        const { meaning, surroundings, sessionMeaning } = components()
        for (const each of [meaning, surroundings, sessionMeaning])
          expect(Math.abs(each)).toBeLessThanOrEqual(1.001)
        expect(components().doubt).toBeGreaterThanOrEqual(0)
      }
      expect(weights.meaning + weights.surroundings + weights.sessionMeaning).toBeLessThan(1)
    }),
  )
})

test('vectors say the same in whatever order the turns come', () => {
  fc.assert(
    fc.property(fc.array(turn, { minLength: 1, maxLength: 12 }), (turns) => {
      const cue = 'staging port at the lake'
      const pool = poolOf(
        cue,
        turns.toSorted((a, b) => a.session - b.session),
      )
      const backwards = new Map(
        rank(cue, { ...pool, turns: pool.turns.toReversed() }).map(({ turn, score }) => [turn.key, score]),
      )
      for (const { turn, score } of rank(cue, pool)) expect(backwards.get(turn.key)).toBeCloseTo(score, 9)
    }),
  )
})
