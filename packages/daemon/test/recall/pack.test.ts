import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Memory } from '../../src/model/memory.ts'
import { noSession } from '../../src/model/session.ts'
import { readCue } from '../../src/recall/cue.ts'
import type { Components } from '../../src/recall/evidence-columns.ts'
import { excerptOf } from '../../src/recall/excerpt.ts'
import { type Neighbours, type PackRequest, pack, type RankedMemory } from '../../src/recall/pack.ts'
import { ageInWords } from '../../src/recall/reason.ts'
import { weights } from '../../src/recall/weights.ts'
import { analyse } from '../../src/text/analyser.ts'
import { countTokens } from '../../src/text/tokens.ts'

const now = Date.UTC(2026, 4, 20)
const day = 86_400_000
const nothing = Object.fromEntries(Object.keys(weights).map((name) => [name, 0])) as unknown as Components

function memoryOf(id: string, text: string, changes: Partial<Memory> = {}): Memory {
  return {
    id,
    text,
    role: 'user',
    kind: 'turn',
    trust: 'user',
    project: 'git:example.org/shop',
    session: `session of ${id}`,
    client: 'opencode',
    messageId: `m-${id}`,
    speaker: null,
    saidAt: now - 21 * day,
    storedAt: now,
    pin: null,
    supersededBy: null,
    supersededAt: null,
    saidAgain: [],
    reinforced: 0,
    ...changes,
  }
}

const asked = { role: 'assistant', trust: 'assistant', session: 's' } as const

function ranked(
  memory: Memory,
  { previous = null, next = null, ...changes }: Partial<RankedMemory & Neighbours> = {},
): RankedMemory {
  const neighbours = () => ({ previous, next })
  return { memory, score: 1, relevance: 0.5, components: nothing, neighbours, ...changes }
}

function request(text: string, changes: Partial<PackRequest> = {}): PackRequest {
  const cue = readCue(text, now)
  const termWeights = new Map(cue.terms.map(({ term }) => [term, 1]))
  return { cue, budgetTokens: 1_500, limit: 20, now, explain: false, termWeights, ...changes }
}

test('a hit says what, when, who and why', () => {
  const memory = memoryOf('a', 'The cache listens on port 6380.', { session: 's1', pin: 'project' })
  const other = memoryOf('b', 'The cache was slow.', { session: 's1' })
  const components = { ...nothing, phrase: 1, turn: 0.8 }
  const { hits } = pack([ranked(memory, { components, score: 4.2 }), ranked(other)], request('cache port'))
  expect(hits[0]).toEqual({
    record_id: 'a',
    score: 4.2,
    relevance: 0.5,
    reason: "exact phrase; most of the cue's words; pinned; same session as one other hit; 3 weeks ago",
    literal_surface: 'The cache listens on port 6380.',
    adjacent_suggestions: [],
    quotes: [],
    quoted_passages: [],
    valid_from: '2026-04-29T00:00:00.000Z',
    valid_to: null,
    superseded_by: null,
    corrections: [],
    role: 'user',
    trust: 'user',
    speaker: null,
    session: 's1',
    client: 'opencode',
    project: 'git:example.org/shop',
    message_id: 'm-a',
    said_at: '2026-04-29T00:00:00.000Z',
    passage: { start: 0, end: 31 },
  })
})

test('what was kept outside any session shares none with others', () => {
  const notes = ['a', 'b'].map((id) => ranked(memoryOf(id, `The cache note ${id}.`, { session: noSession })))
  for (const { reason } of pack(notes, request('cache')).hits) expect(reason).not.toContain('session')
})

test('components come only with explain', () => {
  const list = [ranked(memoryOf('a', 'a short note about the cache'))]
  expect(pack(list, request('cache')).hits[0]).not.toHaveProperty('components')
  expect(pack(list, request('cache', { explain: true })).hits[0]?.components).toEqual(nothing)
})

test('a long text is cut to the passage that answers, with both cuts marked', () => {
  const filler = 'Nothing of interest was said in this sentence. '.repeat(120)
  const text = `${filler}The billing queue drops messages after 30 retries. ${filler}`
  const { hits } = pack(
    [ranked(memoryOf('a', text))],
    request('billing queue retries', { budgetTokens: 400 }),
  )
  const hit = hits[0]
  expect(hit?.literal_surface).toContain('The billing queue drops messages after 30 retries.')
  expect(hit?.literal_surface).toMatch(/^\[…\] .* \[…\]$/s)
  expect(hit?.literal_surface).toContain(text.slice(hit?.passage.start, hit?.passage.end))
})

test('a short turn brings the question it answers', () => {
  const question = memoryOf('q', 'Which port should the cache use?', asked)
  const answer = memoryOf('a', '6380', { session: 's' })
  const { hits } = pack([ranked(answer, { previous: question })], request('cache port'))
  expect(hits[0]?.literal_surface).toBe(
    '[assistant, 2026-04-29] Which port should the cache use?\n[user, 2026-04-29] 6380',
  )
  expect(hits[0]?.adjacent_suggestions).toEqual(['q'])
  expect(hits[0]?.quotes).toEqual(['q'])
  expect(hits[0]?.quoted_passages).toEqual([{ record_id: 'q', start: 0, end: 32 }])
})

test('in one excerpt each says whose word it is, and whether it holds', () => {
  const page = memoryOf('q', 'The port is 6379.', { ...asked, trust: 'tool' })
  const past = memoryOf('a', 'Then 6379 it is.', {
    session: 's',
    supersededBy: 'n',
    supersededAt: now - 2 * day,
  })
  const [hit] = pack([ranked(past, { previous: page })], request('cache port')).hits
  expect(hit?.literal_surface).toBe(
    '[assistant, 2026-04-29, from the tool] The port is 6379.\n[user, 2026-04-29, superseded 2026-05-18] Then 6379 it is.',
  )
  expect(hit).toMatchObject({ valid_to: '2026-05-18T00:00:00.000Z', superseded_by: 'n', trust: 'user' })
})

test('a neighbour that is a hit itself is not shown twice', () => {
  const question = memoryOf('q', 'Which port should the cache use?', asked)
  const answer = memoryOf('a', '6380', { session: 's' })
  const { hits } = pack(
    [ranked(answer, { previous: question }), ranked(question, { next: answer })],
    request('cache port'),
  )
  expect(hits.map((hit) => hit.literal_surface)).toEqual(['6380', 'Which port should the cache use?'])
})

test('the budget is never exceeded, and is counted as it is spent', () => {
  const text = fc.oneof(
    fc.lorem({ maxCount: 200, mode: 'sentences' }),
    fc.string({ unit: 'grapheme', maxLength: 3_000 }),
    fc.constantFrom('', 'ok', '数据库连接池'.repeat(300), 'x'.repeat(5_000), '🚀'.repeat(900)),
  )
  const budgets = fc.integer({ min: -10, max: 3_000 })
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), budgets, fc.nat(15), (texts, budgetTokens, limit) => {
      const memories = texts.map((content, index) => memoryOf(`${index}`, content, { session: 's' }))
      const list = memories.map((memory, index) =>
        ranked(memory, { previous: memories[index - 1] ?? null, next: memories[index + 1] ?? null }),
      )
      const { hits, budgetUsed } = pack(list, request('lorem ipsum 数据', { budgetTokens, limit }))
      const spent = hits.reduce((sum, hit) => sum + countTokens(hit.literal_surface), 0)
      expect(budgetUsed).toBe(spent)
      expect(spent).toBeLessThanOrEqual(Math.max(0, budgetTokens))
      expect(hits.length).toBeLessThanOrEqual(limit)
      expect(new Set(hits.map((hit) => hit.record_id)).size).toBe(hits.length)
    }),
    { numRuns: 60 },
  )
})

test('an excerpt is always a stretch of its text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), fc.nat(200), (text, tokensMax) => {
      const excerpt = excerptOf({ text }, new Map(analyse(text).map((term) => [term, 1])), tokensMax)
      if (excerpt === null) return
      expect(excerpt.tokens).toBeLessThanOrEqual(tokensMax)
      expect(excerpt.start).toBeLessThanOrEqual(excerpt.end)
      expect(excerpt.surface).toContain(text.slice(excerpt.start, excerpt.end).toWellFormed())
    }),
    { numRuns: 60 },
  )
})

test.each([
  [0, 'just now'],
  [2 * 3_600_000, '2 hours ago'],
  [day, '1 day ago'],
  [21 * day, '3 weeks ago'],
  [400 * day, '1 year ago'],
  [-day, 'dated ahead'],
])('an age of %d ms is "%s"', (age, words) => {
  expect(ageInWords(age)).toBe(words)
})
