import { describe, expect, test } from 'vitest'
import { assertionsOf } from '../../src/consolidation/assertions.ts'
import { contradictionsAmong } from '../../src/consolidation/contradictions.ts'
import type { Memory } from '../../src/model/memory.ts'
import { memory, monday } from '../support/memories.ts'

/** Contradictions among `texts`, said a minute apart, as `old → new`, with `!` when the newer says so in words. */
function found(texts: readonly string[], fields: readonly Partial<Memory>[] = []): string[] {
  const turns = texts.map((text, index) =>
    memory({ text, saidAt: monday + index * 60_000, ...fields[index] }),
  )
  return contradictionsAmong(turns.flatMap(assertionsOf)).map(
    ({ oldValue, newValue, explicit }) => `${oldValue} → ${newValue ?? 'nothing'}${explicit ? '!' : ''}`,
  )
}

describe('the same thing with another value', () => {
  test.each([
    [
      'port',
      ['The staging database listens on 5433.', 'The staging database is on port 5434.'],
      '5433 → 5434',
    ],
    [
      'explicit port',
      ['The staging database listens on 5433.', 'The staging database moved to port 5434.'],
      '5433 → 5434!',
    ],
    [
      'named ports',
      ['The staging database is on port 5433.', 'Staging went from port 5433 to port 5434, we moved it.'],
      '5433 → 5434!',
    ],
    [
      'actually',
      ['The admin server runs on port 3000.', 'Actually, the admin server runs on port 3100.'],
      '3000 → 3100!',
    ],
    ['version', ['We use Postgres 15 in production.', 'In production we use Postgres 16.'], '15 → 16'],
    [
      'path',
      ['The fixtures live in test/data.', 'The fixtures are now in test/fixtures.'],
      'test/data → test/fixtures',
    ],
    ['date', ['The launch is on March 3rd.', 'The launch was moved to March 10.'], 'march 3 → march 10!'],
    [
      'quantity',
      ['The upload timeout is 30 seconds.', 'The upload timeout is 60 seconds.'],
      '30 seconds → 60 seconds',
    ],
    ['name', ['The release branch is called stable.', 'The release branch is called main.'], 'stable → main'],
    ['choice by name', ['We use npm.', 'We switched from npm to pnpm.'], 'npm → pnpm!'],
    [
      'instead of',
      ['We use Jest for the unit tests.', 'For the unit tests use Vitest instead of Jest.'],
      'jest → vitest!',
    ],
    [
      'not any more',
      ['We use Redis for sessions.', "We don't use Redis for sessions any more."],
      'redis → nothing!',
    ],
    ['replaced', ['I prefer Moment for dates.', 'We replaced Moment with Luxon.'], 'moment → luxon!'],
    ['place', ['I live in Lisbon.', 'I live in Porto.'], 'lisbon → porto'],
  ])('%s', (_, texts, expected) => {
    expect(found(texts)).toEqual([expected])
  })

  test('each older statement is contradicted by the first later one, and a value that returns is current again', () => {
    expect(
      found([
        'The admin server runs on port 3000.',
        'The admin server runs on port 3100.',
        'The admin server runs on port 3000.',
      ]),
    ).toEqual(['3000 → 3100', '3100 → 3000'])
  })
})

describe('two facts', () => {
  test.each([
    [['The web server runs on port 8080.', 'The database runs on port 5432.']],
    [['The staging database is on port 5433.', 'The production database is on port 5432.']],
    [['We use Postgres 16 in production.', 'We use Postgres 15 in staging.']],
    [['We use Postgres 16.', 'We use Node 22.']],
    [['We use Jest for unit tests.', 'We use Playwright for browser tests.']],
    [['We use npm.', 'We use Docker.']],
    [['The upload timeout is 30 seconds.', 'The upload limit is 30 MB.']],
    [['The login timeout is 30 seconds.', 'The upload timeout is 60 seconds.']],
    [['The release is on March 3.', 'The demo is on March 10.']],
    [['I met Noor on March 3.', 'I met Noor on March 10.']],
    [['The fixtures live in test/data.', 'The snapshots live in test/snapshots.']],
    [['The port is 8080.', 'The port is 8081.']],
    [['The staging database listens on 5433.', 'Is the staging database on port 5434?']],
    [
      [
        'The staging database listens on 5433.',
        'If the staging database is on port 5434, change the config.',
      ],
    ],
    [['The staging database listens on 5433.', 'He said the staging database is on port 5434.']],
    [['The staging database listens on 5433.', 'The staging database listens on 5433.']],
    [['The staging database listens on 5433.', '```\nThe staging database is on port 5434.\n```']],
    [['We use npm for the plugin.', 'For the daemon we switched from yarn to pnpm.']],
    [['The servers listen on 8080 and 8081.', 'The servers listen on 8080 and 8082.']],
    [['My son lives in Lisbon.', 'I live in Porto.']],
  ])('%j', (texts) => {
    expect(found(texts)).toEqual([])
  })
})

test('what an assistant says against the user, or a tool says at all, replaces nothing', () => {
  const texts = ['The staging database listens on 5433.', 'The staging database moved to port 5434.']
  expect(found(texts, [{}, { role: 'assistant', trust: 'assistant' }])).toEqual(['5433 → 5434'])
  expect(found(texts, [{}, { role: 'tool', trust: 'tool' }])).toEqual([])
})
