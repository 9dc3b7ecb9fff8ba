import { expect, test } from 'vitest'
import type { RecallAnswer, RecallHit } from '../../src/recall/answer.ts'
import { markCorrected, memoriesQuotedIn, type Replacement } from '../../src/recall/corrections.ts'

const hit = (record_id: string, changes: Partial<RecallHit> = {}): RecallHit => ({
  record_id,
  score: 1,
  relevance: 1,
  reason: "some of the cue's words",
  literal_surface: 'The cache listens on port 6380.',
  adjacent_suggestions: [],
  quotes: [],
  quoted_passages: [],
  valid_from: '2026-03-02T09:00:00.000Z',
  valid_to: null,
  superseded_by: null,
  corrections: [],
  role: 'user',
  trust: 'user',
  speaker: null,
  session: 's',
  client: 'opencode',
  project: 'git:example.org/shop',
  message_id: null,
  said_at: '2026-03-02T09:00:00.000Z',
  passage: { start: 100, end: 200 },
  ...changes,
})

const answer = (...hits: readonly RecallHit[]): RecallAnswer => ({
  hits,
  anti_hits: [],
  left_out: { count: 0, floor: 0.36, best: 1 },
  cue_words: { asked: 1, known: 1 },
  activation_trace: [],
  budget_used: 0,
  cue_mode: 'concept',
  patterns_observed: [],
})

const replaced = (memoryId: string, start = 120, end = 140, explicit = true): Replacement => ({
  older: { memoryId, start, end },
  newer: { memoryId: 'new', saidAt: Date.UTC(2026, 2, 5) },
  oldValue: '6380',
  newValue: '6390',
  explicit,
})

test('a hit that shows a replaced statement says so, and by what', () => {
  const [marked] = markCorrected(answer(hit('a')), [replaced('a')]).hits
  expect(marked?.corrections).toEqual([
    {
      of: 'a',
      record_id: 'new',
      said_at: '2026-03-05T00:00:00.000Z',
      old_value: '6380',
      new_value: '6390',
      settled: true,
    },
  ])
  expect(marked?.reason).toBe("some of the cue's words; corrected 2026-03-05")
})

test('what nobody settled is only doubted', () => {
  const [marked] = markCorrected(answer(hit('a')), [replaced('a', 120, 140, false)]).hits
  expect(marked?.reason).toMatch(/; perhaps out of date since 2026-03-05$/)
})

test('a statement outside the passage that is shown marks nothing', () => {
  const before = answer(hit('a'))
  expect(markCorrected(before, [replaced('a', 10, 100), replaced('a', 200, 220)]).hits).toEqual(before.hits)
})

test('a neighbour that is quoted counts too, as far as its words are shown', () => {
  const quoted_passages = [{ record_id: 'q', start: 0, end: 50 }]
  const quoting = answer(hit('a', { quotes: ['q'], quoted_passages }), hit('b'))
  expect(memoriesQuotedIn(quoting)).toEqual(['a', 'q', 'b'])
  const marked = (start: number, end: number): number[] =>
    markCorrected(quoting, [replaced('q', start, end)]).hits.map(({ corrections }) => corrections.length)
  expect(marked(0, 9)).toEqual([1, 0])
  expect(marked(49, 60)).toEqual([1, 0])
  expect(marked(50, 60)).toEqual([0, 0])
})
