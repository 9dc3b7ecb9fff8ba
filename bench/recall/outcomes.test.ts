import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BenchStore } from './dataset.ts'
import { openProgress, outcomeElsewhere, outcomeOf } from './outcomes.ts'
import { summarise, tablesOf } from './report.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iai-outcomes-'))
  file = join(folder, 'out.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const query = {
  qid: 'q',
  text: '?',
  type: 'kind',
  ts: 0,
  goldTurns: ['b'],
  goldSessions: ['s2'],
  abstain: false,
}
const store: BenchStore = {
  name: 'one',
  queries: [query],
  turns: ['a', 'b'].map((id, index) => ({
    id,
    sessionId: `s${index + 1}`,
    ts: 0,
    role: 'user',
    speaker: null,
    text: id,
  })),
}
const where = { dataset: 'd', store: 'one', system: 'x' }
const outcome = outcomeOf(where, query, { turns: ['a', 'b'], topScore: 1, relevance: 1, ms: 3 }, store)

test('turns and the sessions they are of are both judged', () => {
  expect(outcome).toMatchObject({ ...where, qid: 'q', turn: { mrr: 0.5 }, session: { mrr: 0.5 } })
  const unanswerable = { ...query, goldTurns: [], goldSessions: [], abstain: true }
  expect(
    outcomeOf(where, unanswerable, { turns: [], topScore: 0, relevance: 0, ms: 1 }, store),
  ).toMatchObject({
    turn: null,
    session: null,
  })
})

test('an interrupted run goes on where it was, without the line that was cut off', () => {
  const first = openProgress(file, 'label')
  first.add([outcome])
  appendFileSync(`${file}.partial.jsonl`, '[{"dataset":"d","sto')
  const second = openProgress(file, 'label')
  expect(second.earlier).toEqual([outcome])
  expect([second.isDone('d', 'one'), second.isDone('d', 'two')]).toEqual([true, false])
  second.add([{ ...outcome, store: 'two' }])
  const third = openProgress(file, 'label')
  expect(third.isDone('d', 'two')).toBe(true)
  third.finish({ done: true })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ done: true })
  expect(existsSync(`${file}.partial.jsonl`)).toBe(false)
})

test('notes of another run are not taken up', () => {
  openProgress(file, 'label').add([outcome])
  expect(openProgress(file, 'another').earlier).toEqual([])
  expect(openProgress(file, 'another').earlier).toEqual([])
})

test('abstaining questions stand apart', () => {
  const abstaining = { ...outcome, qid: 'a', abstain: true, turn: null }
  const [summary] = summarise([outcome, abstaining])
  expect(summary).toMatchObject({ turn: { n: 1 }, session: { n: 1 }, sessionWithAbstaining: { n: 2 } })
  expect(tablesOf([summary as NonNullable<typeof summary>])).toContain('| x | 1 | 100.0 (100.0–100.0)')
})

test('an empty answer is right for one question and wrong for another', () => {
  const empty = { turns: [], topScore: null, relevance: 0, ms: 1 }
  const full = { turns: ['a'], topScore: 1, relevance: 1, ms: 1 }
  const nobodySaid = { ...query, goldTurns: [], goldSessions: [], abstain: true }
  const [summary] = summarise([
    outcome,
    outcomeOf(where, nobodySaid, empty, store),
    outcomeOf(where, nobodySaid, full, store),
    outcomeElsewhere(where, query, empty),
    outcomeElsewhere(where, query, empty),
    outcomeElsewhere(where, nobodySaid, full),
    outcomeElsewhere(where, nobodySaid, empty),
  ])
  expect(summary).toMatchObject({
    turn: { n: 1 },
    empty: {
      answerable: { n: 1, share: 0 },
      abstaining: { n: 2, share: 0.5 },
      elsewhere: { n: 4, share: 0.75 },
    },
  })
  expect(tablesOf([summary as NonNullable<typeof summary>])).toContain(
    '| x | 1 | 0.0 | 2 | 50.0 | 4 | 75.0 |',
  )
})
