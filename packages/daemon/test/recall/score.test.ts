import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCue } from '../../src/recall/cue.ts'
import { contributionsOf, scorePool } from '../../src/recall/score.ts'
import { type PlainTurn, plainPool } from './support/plain-pool.ts'

const now = Date.UTC(2026, 4, 20)
const day = 86_400_000

function ranking(text: string, turns: readonly PlainTurn[]): number[] {
  const cue = readCue(text, now)
  return scorePool(cue, plainPool(cue, turns)).map(({ turn }) => turn.key)
}

const filler: PlainTurn[] = [
  { session: 90, text: 'the printer in the office is out of paper again' },
  { session: 91, text: 'lunch is at noon and the soup is good' },
  { session: 92, text: 'please water the plants while I travel' },
]

describe('a turn is found by', () => {
  test('its rarest words', () => {
    const turns = [
      { session: 1, text: 'the office moved to a new building' },
      { session: 2, text: 'the retry queue in the office dropped a message' },
      ...filler,
    ]
    expect(ranking('retry queue in the office', turns)[0]).toBe(1)
  })

  test('the words of the question it answers', () => {
    const turns: PlainTurn[] = [
      { session: 1, role: 'assistant', text: 'Which database should the billing service use?' },
      { session: 1, role: 'user', text: 'Postgres, please.' },
      { session: 2, role: 'user', text: 'Good morning.' },
      { session: 2, role: 'assistant', text: 'Good morning to you.' },
      ...filler,
    ]
    const order = ranking('which database for billing', turns)
    expect(order.indexOf(1)).toBeLessThan(order.indexOf(2))
  })

  test('words that stand together, before the same words apart', () => {
    const turns = [
      { session: 1, text: 'green apples and a light lunch with tea for all' },
      { session: 2, text: 'green light for the lunch with apples and tea' },
      ...filler,
    ]
    expect(ranking('green light', turns)[0]).toBe(1)
  })

  test('a quoted phrase, before anything else', () => {
    const turns = [
      { session: 1, text: 'no route to host, host unreachable, no route at all, host host route' },
      { session: 2, text: 'yesterday it said no route to host' },
      ...filler,
    ]
    expect(ranking('"no route to host"', turns).slice(0, 2).sort()).toEqual([0, 1])
    expect(ranking('"it said no route"', turns)[0]).toBe(1)
  })

  test('the time it was said', () => {
    const turns = [
      { session: 1, text: 'the deploy failed', saidAt: now - 100 * day },
      { session: 2, text: 'the deploy failed', saidAt: now - 3 * day },
      { session: 3, text: 'the deploy failed', saidAt: now - 40 * day },
    ]
    expect(ranking('which deploy failed three days ago', turns)[0]).toBe(1)
    expect(ranking('which deploy failed in April', turns)[0]).toBe(2)
  })

  test('who said it', () => {
    const turns = [
      { session: 1, speaker: 'Ada', text: 'my cat likes boxes' },
      { session: 1, speaker: 'Grace', text: 'my cat likes boxes' },
      ...filler,
    ]
    expect(ranking('what does the cat of Grace like', turns)[0]).toBe(1)
  })

  test('its role: the user first, the assistant when the cue asks what it said', () => {
    const turns: PlainTurn[] = [
      { session: 1, role: 'user', text: 'good morning' },
      { session: 1, role: 'user', text: 'which port for the cache server' },
      { session: 1, role: 'assistant', text: 'which port for the cache server' },
      ...filler,
    ]
    expect(ranking('port of the cache server', turns)[0]).toBe(1)
    expect(ranking('remind me which port you suggested for the cache server', turns)[0]).toBe(2)
  })

  test('another session than the one the asker is in', () => {
    const turns = [
      { session: 1, text: 'the retry queue dropped a message' },
      { session: 2, text: 'the retry queue dropped a message' },
      ...filler,
    ]
    const cue = readCue('retry queue', now)
    const best = (own?: number) => scorePool(cue, plainPool(cue, turns, own))[0]?.turn.chapter
    expect([best(1), best(2)]).toEqual([2, 1])
  })

  test('an identifier in another spelling', () => {
    const turns = [
      { session: 1, text: 'raise the retries and the count' },
      { session: 2, text: 'raise maxRetryCount' },
      ...filler,
    ]
    expect(ranking('MAX_RETRY_COUNT', turns)[0]).toBe(1)
  })
})

describe('the score', () => {
  const word = fc.constantFrom(
    'cache',
    'queue',
    'deploy',
    'port',
    'the',
    'green',
    'retry',
    'maxRetry',
    '8080',
  )
  const text = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '))
  const turn = fc.record({
    session: fc.nat(4),
    text,
    role: fc.constantFrom('user' as const, 'assistant' as const),
  })
  const history = fc
    .array(turn, { minLength: 1, maxLength: 20 })
    .map((turns) => turns.sort((a, b) => a.session - b.session))

  test('does not depend on the order of the candidates', () => {
    fc.assert(
      fc.property(history, text, fc.infiniteStream(fc.nat()), (turns, asked, random) => {
        const cue = readCue(asked, now)
        const pool = plainPool(cue, turns)
        const shuffled = pool.turns
          .map((candidate) => ({ candidate, at: random.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ candidate }) => candidate)
        const scores = (list: ReturnType<typeof scorePool>) =>
          list.map(({ turn, score }) => [turn.key, score])
        expect(scores(scorePool(cue, { ...pool, turns: shuffled }))).toEqual(scores(scorePool(cue, pool)))
      }),
    )
  })

  test('is the sum of what each piece of evidence adds', () => {
    fc.assert(
      fc.property(history, text, (turns, asked) => {
        const cue = readCue(asked, now)
        for (const { score, components } of scorePool(cue, plainPool(cue, turns))) {
          const sum = Object.values(contributionsOf(components())).reduce((total, each) => total + each, 0)
          expect(sum).toBeCloseTo(score, 9)
        }
      }),
    )
  })

  test('is unfounded where nothing of the cue is near', () => {
    const cue = readCue('zeppelin', now)
    const scored = scorePool(cue, plainPool(cue, [{ session: 1, text: 'a zeppelin landed' }, ...filler]))
    expect(scored.map(({ isFounded }) => isFounded)).toEqual([true, false, false, false])
  })

  test('is a finite number for any cue and any text', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 60 })
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 6 }), anyText, (texts, asked) => {
        const cue = readCue(asked, now)
        const turns = texts.map((text, session) => ({ session, text }))
        for (const { score } of scorePool(cue, plainPool(cue, turns)))
          expect(score).toSatisfy(Number.isFinite)
      }),
    )
  })

  test('an unrelated memory never outranks or drops an exact phrase', () => {
    fc.assert(
      fc.property(history, text, text, (turns, phrase, unrelated) => {
        const cue = readCue(`"${phrase}"`, now)
        const before = [...turns, { session: 9, text: `so ${phrase} it was` }]
        const after = [...before, { session: 10, text: unrelated }]
        const place = ranking(cue.text, after).indexOf(before.length - 1)
        const exact = plainPool(cue, after).exact.size
        expect(place).toBeLessThan(exact)
      }),
    )
  })
})
