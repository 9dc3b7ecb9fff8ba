import { expect, test } from 'vitest'
import { asOneSession } from './one-session.ts'

test('one session holds all turns in the order of their sessions, ten seconds apart', () => {
  const said = (id: string, sessionId: string, ts: number) =>
    ({ id, sessionId, ts, role: 'user', speaker: null, text: id }) as const
  const turns = [
    said('late', 'b', 900_000),
    said('later', 'b', 901_000),
    said('early', 'a', 100_000),
    said('beside', 'a', 950_000),
  ]
  const { turns: joined } = asOneSession({ name: 'store', turns, queries: [] })
  expect(joined.map(({ id }) => id)).toEqual(['early', 'beside', 'late', 'later'])
  expect(new Set(joined.map(({ sessionId }) => sessionId)).size).toBe(1)
  expect(joined.map(({ ts }) => ts)).toEqual([920_000, 930_000, 940_000, 950_000])
})
