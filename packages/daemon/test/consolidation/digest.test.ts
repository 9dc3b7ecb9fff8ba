import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ClosedSession, digestOf } from '../../src/consolidation/digest.ts'
import { statementsOf } from '../../src/consolidation/statements.ts'
import { limits } from '../../src/kit/limits.ts'
import { memory, monday, session } from '../support/memories.ts'

type Line = readonly [role: 'user' | 'assistant', text: string]

function closed(lines: readonly Line[]): ClosedSession {
  const turns = lines.map(([role, text], index) =>
    memory({ id: `t${index}`, role, trust: role, text, saidAt: monday + index * 60_000 }),
  )
  return { session: session({ turnCount: turns.length }), turns }
}

function digest(lines: readonly Line[]): { asked: string | null; settled: string[]; open: string[] } {
  const input = closed(lines)
  const texts = new Map(input.turns.map((turn) => [turn.id, turn.text]))
  const { asked, settled, open } = digestOf(input, input.turns.flatMap(statementsOf))
  const quote = ({ memoryId, start, end }: { memoryId: string; start: number; end: number }): string =>
    (texts.get(memoryId) ?? '').slice(start, end)
  return { asked: asked === null ? null : quote(asked), settled: settled.map(quote), open: open.map(quote) }
}

describe('the digest of a session', () => {
  test('says what was asked, what was decided and done, and what was left open', () => {
    expect(
      digest([
        ['user', 'Hi!'],
        ['user', 'The upload client gives up too early. Can you add a retry to it?'],
        ['assistant', 'Sure. I chose exponential backoff because the server limits bursts.'],
        ['user', "Good. Let's go with five attempts."],
        [
          'assistant',
          "I've added a retry with exponential backoff to the upload client.\nAll 12 tests pass.",
        ],
        ['user', 'Next time we need to look at the slow thumbnail query. Bye!'],
      ]),
    ).toEqual({
      asked: 'Can you add a retry to it?',
      settled: [
        'I chose exponential backoff because the server limits bursts.',
        "Let's go with five attempts.",
        "I've added a retry with exponential backoff to the upload client.",
      ],
      open: ['Next time we need to look at the slow thumbnail query.'],
    })
  })

  test('that tests pass is told of a session of which nothing else is', () => {
    expect(digest([['assistant', 'All 12 tests pass.']]).settled).toEqual(['All 12 tests pass.'])
  })

  test('what was finished later in the session is not left open', () => {
    expect(
      digest([
        ['user', 'TODO: rename the config keys. The login test is still failing on Windows.'],
        ['assistant', 'Renamed the config keys.\nI have renamed the config keys in all packages.'],
        ['assistant', 'I fixed the login test.'],
      ]).open,
    ).toEqual([])
  })

  test('a last request without an answer is left open', () => {
    expect(
      digest([
        ['user', 'Which port does the admin server use?'],
        ['assistant', 'Port 3000.'],
        ['user', 'And can you document the port in the readme?'],
      ]).open,
    ).toEqual(['And can you document the port in the readme?'])
  })

  test('a session that says nothing has an empty digest', () => {
    expect(digest([])).toEqual({ asked: null, settled: [], open: [] })
    expect(
      digest([
        ['user', 'ok'],
        ['assistant', '```\nx = 1\n```'],
      ]),
    ).toEqual({ asked: null, settled: [], open: [] })
  })

  test('is bounded in parts and in length, whatever was said', () => {
    const line = fc.tuple(
      fc.constantFrom('user' as const, 'assistant' as const),
      fc
        .array(
          fc.constantFrom(
            "Let's go with SQLite. ",
            'We decided to keep both formats. ',
            'TODO: write the docs for the importer. ',
            'I fixed the parser. ',
            'Can you look at it? ',
            `We agreed that ${'the long thing '.repeat(30)}. `,
            '\n',
          ),
          { maxLength: 12 },
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const input = closed(lines)
        const { asked, settled, open } = digestOf(input, input.turns.flatMap(statementsOf))
        expect(settled.length).toBeLessThanOrEqual(limits.digestSettledMax)
        expect(open.length).toBeLessThanOrEqual(limits.digestOpenMax)
        for (const { start, end } of [...settled, ...open, ...(asked === null ? [] : [asked])]) {
          expect(end - start).toBeLessThanOrEqual(limits.digestQuoteCharsMax)
          expect(end).toBeGreaterThan(start)
        }
      }),
      { numRuns: 60 },
    )
  })
})
