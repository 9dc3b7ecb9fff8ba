// Tiny invented files in the forms in which the benchmarks are published.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BenchStore } from './dataset.ts'
import { readStores } from './read-datasets.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iai-datasets-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, content: unknown): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
  return path
}

async function read(path: string): Promise<BenchStore[]> {
  const stores: BenchStore[] = []
  for await (const store of readStores(path)) stores.push(store)
  return stores
}

test('the unified form, a store a line', async () => {
  const store = { name: 'one \u2028 and all', turns: [], queries: [] }
  const other = { ...store, name: 'two' }
  const lines = `${JSON.stringify(store)}\n\n${JSON.stringify(other)}\r\n`
  expect(await read(write('u.jsonl.gz', lines))).toEqual([store, other])
  expect(await read(write('u.jsonl', lines))).toEqual([store, other])
})

test('LongMemEval', async () => {
  const path = write('longmemeval_s.json', [
    {
      question_id: 'q1_abs',
      question_type: 'single-session-user',
      question: 'Which walrus?',
      question_date: '2023/05/30 (Tue) 23:40',
      haystack_session_ids: ['late', 'early', 'late'],
      haystack_dates: ['2023/05/20 (Sat) 02:21', '2023/05/19 (Fri) 02:21', '2023/05/20 (Sat) 02:21'],
      haystack_sessions: [
        [
          { role: 'user', content: 'The grey one.', has_answer: true },
          { role: 'assistant', content: 'I see.' },
        ],
        [{ role: 'user', content: 'Hello.' }],
        [{ role: 'user', content: 'The grey one.', has_answer: true }],
      ],
      answer_session_ids: ['late'],
    },
  ])
  expect(await read(path)).toEqual([
    {
      name: 'q1_abs',
      turns: [
        {
          id: 'early_0',
          sessionId: 'early',
          ts: Date.UTC(2023, 4, 19, 2, 21),
          role: 'user',
          speaker: null,
          text: 'Hello.',
        },
        {
          id: 'late_0',
          sessionId: 'late',
          ts: Date.UTC(2023, 4, 20, 2, 21),
          role: 'user',
          speaker: null,
          text: 'The grey one.',
        },
        {
          id: 'late_1',
          sessionId: 'late',
          ts: Date.UTC(2023, 4, 20, 2, 21, 1),
          role: 'assistant',
          speaker: null,
          text: 'I see.',
        },
      ],
      queries: [
        {
          qid: 'q1_abs',
          text: 'Which walrus?',
          type: 'single-session-user',
          ts: Date.UTC(2023, 4, 30, 23, 40),
          goldTurns: ['late_0'],
          goldSessions: ['late'],
          abstain: true,
        },
      ],
    },
  ])
})

test('LoCoMo', async () => {
  const path = write('locomo10.json', [
    {
      sample_id: 'conv-1',
      conversation: {
        speaker_a: 'Ada',
        session_2_date_time: '12:05 am on 9 May, 2023',
        session_2: [{ speaker: 'Ada', dia_id: 'D2:1', text: 'Look!', blip_caption: 'a walrus' }],
        session_1_date_time: '1:56 pm on 8 May, 2023',
        session_1: [{ speaker: 'Grace', dia_id: 'D1:1', text: 'Hi Ada.' }],
      },
      qa: [
        { question: 'What did Ada show?', evidence: ['D2:1; D1:1', 'D9:9'], category: 1 },
        { question: 'Nobody said?', evidence: [], category: 5 },
      ],
    },
  ])
  const [store] = await read(path)
  expect(
    store?.turns.map(({ id, sessionId, ts, speaker, text }) => [id, sessionId, ts, speaker, text]),
  ).toEqual([
    ['D1:1', 'S1', Date.UTC(2023, 4, 8, 13, 56), 'Grace', 'Hi Ada.'],
    ['D2:1', 'S2', Date.UTC(2023, 4, 9, 0, 5), 'Ada', 'Look! [image: a walrus]'],
  ])
  expect(store?.queries).toMatchObject([
    {
      qid: 'conv-1:0',
      type: 'multi-hop',
      ts: Date.UTC(2023, 4, 10, 0, 5),
      goldTurns: ['D2:1', 'D1:1'],
      goldSessions: ['S2', 'S1'],
      abstain: false,
    },
    { type: 'adversarial', goldTurns: [], abstain: true },
  ])
})

test('BEAM', async () => {
  write('100K/2/chat.json', [
    {
      time_anchor: 'March-15-2024',
      turns: [
        [
          { id: 0, role: 'user', content: 'A walrus? ->-> 1,1' },
          { id: 1, role: 'assistant', content: 'Yes.' },
        ],
        [{ id: 2, role: 'user', content: 'Two.', time_anchor: 'March-16-2024' }],
      ],
    },
  ])
  write('100K/2/probing_questions/probing_questions.json', {
    knowledge_update: [{ question: 'How many?', source_chat_ids: { old: [0], new: [2, 2, 99] } }],
    abstention: [{ question: 'Why?' }],
  })
  const [store] = await read(join(folder, '100K'))
  const day = Date.UTC(2024, 2, 15)
  expect(store?.name).toBe('100K/2')
  expect(store?.turns.map(({ id, sessionId, ts, text }) => [id, sessionId, ts - day, text])).toEqual([
    ['0', 'g1', 1_000, 'A walrus?'],
    ['1', 'g1', 2_000, 'Yes.'],
    ['2', 'g2', 86_400_000 + 2_000, 'Two.'],
  ])
  expect(store?.queries).toMatchObject([
    { qid: '100K/2/knowledge_update0', goldTurns: ['0', '2'], goldSessions: ['g1', 'g2'], abstain: false },
    { type: 'abstention', goldTurns: [], abstain: true, ts: day + 2 * 86_400_000 + 2_000 },
  ])
})

test('BEAM as its download script writes it, with an id used twice', async () => {
  write('test_chats/500K/7/chat.json', [
    [
      { id: 4, role: 'user', content: 'One.', time_anchor: 'March-15-2024' },
      { id: 5, role: 'assistant', content: 'Two.' },
    ],
    [{ id: 4, role: 'user', content: 'Three.', time_anchor: 'March-17-2024' }],
  ])
  write('test_chats/500K/7/probing_questions/probing_questions.json', {
    information_extraction: [{ question: 'What?', source_chat_ids: [4] }],
  })
  const [store] = await read(join(folder, 'test_chats/500K'))
  expect(store?.turns.map(({ id, sessionId, text }) => [id, sessionId, text])).toEqual([
    ['4', 'g1', 'One.'],
    ['5', 'g1', 'Two.'],
    ['4#2', 'g2', 'Three.'],
  ])
  expect(store?.queries).toMatchObject([{ goldTurns: ['4', '4#2'], goldSessions: ['g1', 'g2'] }])
})

test.each([
  ['something else', [{ other: true }]],
  ['an empty list', []],
])('%s is refused by name', async (_, content) => {
  await expect(read(write('other.json', content))).rejects.toThrow(/other\.json/)
})
