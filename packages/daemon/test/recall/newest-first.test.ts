import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCue } from '../../src/recall/cue.ts'
import { newestFirst } from '../../src/recall/newest-first.ts'
import { scorePool } from '../../src/recall/score.ts'
import { type PlainTurn, plainPool } from './support/plain-pool.ts'

const now = Date.UTC(2026, 4, 20)

function ranking(text: string, turns: readonly PlainTurn[]): number[] {
  const cue = readCue(text, now)
  const pool = plainPool(cue, turns)
  return newestFirst(cue, pool, scorePool(cue, pool)).map(({ turn }) => turn.key)
}

const filler: PlainTurn[] = [
  { session: 90, text: 'the printer in the office is out of paper again' },
  { session: 91, role: 'assistant', text: 'lunch is at noon and the soup is good' },
  { session: 92, text: 'please water the plants while I travel' },
]
const older = { session: 1, text: 'My bikes: I own three bikes, all of them bikes for the road.' }
const newer = { session: 2, text: 'I also got a gravel bike at the fair, so I own four bikes.' }
const latest = {
  session: 3,
  text: 'Sold the oldest one last week, which means that I own bikes for the road and for gravel, three of them.',
}
const cue = 'how many bikes do I own'

describe('of two statements about one thing', () => {
  test('the later comes first, directly above the older', () => {
    expect(ranking(cue, [older, newer, ...filler]).slice(0, 2)).toEqual([1, 0])
    expect(ranking(cue, [{ ...newer, session: 1 }, { ...older, session: 2 }, ...filler]).slice(0, 2)).toEqual(
      [1, 0],
    )
  })

  test('the better stays first when the later is about another thing', () => {
    const other = { session: 2, text: 'I own a boat, which is no help on land.' }
    expect(ranking(cue, [older, other, ...filler])[0]).toBe(0)
  })

  test.each([
    ['close by in one session', cue, [older, { ...newer, session: 1 }]],
    ['when the cue names a time that is past', `${cue} yesterday`, [older, newer]],
    ['when yes or no is asked', 'do I own bikes, many of them', [older, newer]],
    ['when something is to be done', 'can you list how many bikes I own', [older, newer]],
    ['when it is asked what was said', 'how many bikes did I say I own', [older, newer]],
    ['when it is asked how', 'how could I own many bikes', [older, newer]],
  ])('both stay where they are %s', (_, text, turns) => {
    expect(ranking(text, [...turns, ...filler])[0]).toBe(0)
  })

  describe('in one session', () => {
    const talk = (turns: number): PlainTurn[] =>
      Array.from({ length: turns }, (_, index) => ({ session: 1, text: `we went on to matter ${index}` }))
    const later = { ...newer, session: 1 }

    test.each([
      [40, [1, 0]],
      [39, [0, 1]],
    ])('the later of two %i turns apart', (turns, wanted) => {
      const said = [older, ...talk(turns - 1), later, ...filler]
      const places = new Map([
        [0, 0],
        [turns, 1],
      ])
      expect(
        ranking(cue, said)
          .slice(0, 2)
          .map((key) => places.get(key)),
      ).toEqual(wanted)
    })

    test.each([
      [4, [1, 0]],
      [3.9, [0, 1]],
    ])('the later of two %d hours apart', (hours, wanted) => {
      const said = [{ ...older, saidAt: 0 }, { ...later, saidAt: hours * 3_600_000 }, ...filler]
      expect(ranking(cue, said).slice(0, 2)).toEqual(wanted)
    })
  })

  test('both stay where they are between people', () => {
    const people = [older, newer, ...filler].map((turn) => ({ ...turn, role: 'user' as const }))
    expect(ranking(cue, people)[0]).toBe(0)
  })

  test.each([`${cue} today`, 'do you know how many bikes I own', 'many bikes own'])(
    'the later comes first for %j too',
    (text) => {
      expect(ranking(text, [older, newer, ...filler]).slice(0, 2)).toEqual([1, 0])
    },
  )

  test('of several that are later the nearest match takes the place, and each gives way once', () => {
    expect(ranking(cue, [older, newer, latest, ...filler]).slice(0, 3)).toEqual([1, 0, 2])
  })

  test('asked for what holds now, a value that changed twice is followed to the last', () => {
    const turns = [older, newer, latest, ...filler]
    expect(ranking(`${cue} now`, turns).slice(0, 3)).toEqual([2, 1, 0])
    expect(ranking('how many bikes do I currently own', turns).slice(0, 3)).toEqual([2, 1, 0])
  })

  test('what the assistant said takes no place of what the user said', () => {
    const said = { ...newer, role: 'assistant' as const }
    expect(ranking(cue, [older, said, ...filler])[0]).toBe(0)
  })
})

test('nothing is lost and nothing twice, whatever is ranked', () => {
  const word = fc.constantFrom('bikes', 'own', 'many', 'boat', 'fair', 'three')
  const turn = fc.record({
    session: fc.integer({ min: 1, max: 6 }),
    text: fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' ')),
    role: fc.constantFrom('user' as const, 'assistant' as const),
  })
  fc.assert(
    fc.property(fc.array(turn, { minLength: 1, maxLength: 40 }), (turns) => {
      const order = ranking(cue, turns)
      expect([...order].sort((a, b) => a - b)).toEqual(turns.map((_, key) => key))
    }),
  )
})
