import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCue } from '../../src/recall/cue.ts'
import { componentNames, emptyColumns } from '../../src/recall/evidence-columns.ts'
import { judge, relevancesOf } from '../../src/recall/relevance.ts'
import { scorePool } from '../../src/recall/score.ts'
import { relevanceFloor } from '../../src/recall/weights.ts'
import { type PlainTurn, plainPool } from './support/plain-pool.ts'

const now = Date.UTC(2026, 4, 20)
const day = 86_400_000
const history: PlainTurn[] = [
  { session: 1, text: 'The staging database listens on port 6543, never on the default.' },
  { session: 1, text: 'Noted.', role: 'assistant' },
  { session: 2, text: 'Bought apples and pears for the office.', saidAt: now - day },
  { session: 3, text: 'Please tidy the list of suppliers and run the checks again.' },
  { session: 4, text: 'The date picker got a new theme with rounded corners.' },
]
const ask = (text: string) => {
  const cue = readCue(text, now)
  return judge(scorePool(cue, plainPool(cue, history)), cue.asksOnlyForTime)
}

test.each([
  'which port does staging use',
  'staging database',
  '"rounded corners"',
  'who bought apples yesterday',
])('%s is answered', (text) => {
  const { shown, leftOut, best } = ask(text)
  expect(shown.length).toBeGreaterThan(0)
  expect(leftOut).toEqual([])
  expect(best).toBeGreaterThanOrEqual(relevanceFloor)
})

test.each([
  'Write a haiku about autumn leaves on a mountain lake, then read the list aloud',
  'Should I move the frontend of the billing tool to another framework before the office closes?',
])('%s is not, and what came closest is known', (text) => {
  const { shown, leftOut, best } = ask(text)
  expect(shown).toEqual([])
  expect(leftOut.length).toBeGreaterThan(0)
  expect(best).toBeGreaterThan(0)
  expect(best).toBeLessThan(relevanceFloor)
})

test('a question about a time alone is answered by what was said then', () => {
  expect(ask('what happened yesterday').shown[0]?.turn.key).toBe(2)
  expect(ask('what did we do yesterday').shown).not.toEqual([])
  expect(ask('what did the zeppelin pilots of Friedrichshafen do yesterday').shown).toEqual([])
})

describe('a long cue', () => {
  const noise = [
    'Should we keep the old invoices in the archive folder or move them elsewhere?',
    'The build of the mobile app takes far too long on the runners in Frankfurt.',
    'Somebody has to answer the letter of the insurance about the flooded cellar.',
  ].join(' ')

  test('is answered by what answers a part of it', () => {
    const { shown, best } = ask(`${noise} And on which port does the staging database listen?`)
    expect(shown[0]?.turn.key).toBe(0)
    expect(best).toBeGreaterThanOrEqual(relevanceFloor)
  })

  test('that is about other things is not', () => {
    expect(ask(noise).shown).toEqual([])
  })
})

test('habit is no relevance', () => {
  const scored = scorePool(readCue('staging port', now), plainPool(readCue('staging port', now), history))
  const columns = emptyColumns(scored.length)
  for (const name of componentNames) columns[name].set(scored.map(({ components }) => components()[name]))
  for (const name of ['user', 'own', 'opening', 'question', 'wish'] as const) columns[name].fill(9)
  const relevances = relevancesOf(columns, 1, new Float64Array(scored.length), 9)
  expect([...relevances]).toEqual(scored.map(({ relevance }) => relevance))
})

test('everything that is founded is shown or left out, never both', () => {
  const word = fc.constantFrom('port', 'staging', 'zeppelin', 'checks', 'the', 'list', 'yesterday', 'lake')
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), (words) => {
      const { shown, leftOut, best } = ask(words.join(' '))
      expect(Math.min(shown.length, leftOut.length)).toBe(0)
      expect(best).toBeGreaterThanOrEqual(0)
      if (leftOut.length > 0) expect(best).toBeLessThan(relevanceFloor)
    }),
  )
})
