import { expect, test } from 'vitest'
import { chooseFloor, crossValidated, floorTable, type Judged, judgedOf } from './floor-choice.ts'
import type { Outcome } from './outcomes.ts'

const found = (dataset: string, store: string, relevance: number): Judged => ({
  dataset,
  store,
  group: 'found',
  relevance,
})
const range = (count: number) => Array.from({ length: count }, (_, index) => index)

test('no data set loses more than its share, the smallest included', () => {
  const large = range(200).map((index) => found('large', 's', 1 + index / 1_000))
  expect(chooseFloor(large)).toBe(1.002)
  const small = range(20).map((index) => found('small', 's', 0.4 + index))
  expect(chooseFloor([...large, ...small])).toBe(0.4)
  expect(large.filter(({ relevance }) => relevance < 1.002)).toHaveLength(2)
})

test('a store has no say in the floor it is judged by', () => {
  const stores = range(5).flatMap((store) =>
    range(10).map(() => found('d', `s${store}`, store === 3 ? 0.1 : 0.9)),
  )
  const { floors, result } = crossValidated(stores)
  expect(floors).toEqual([0.1, 0.1, 0.1, 0.9, 0.1])
  expect(result.filter(({ isBelow }) => isBelow).map(({ store }) => store)).toEqual(range(10).map(() => 's3'))
  expect(floorTable(result)).toContain('| d | 10 of 50 (20.0 %) |  |  |')
})

test('only what can be lost, or should be empty, counts', () => {
  const outcome: Outcome = {
    dataset: 'd',
    store: 's',
    system: 'x',
    qid: 'q',
    type: 't',
    abstain: false,
    elsewhere: false,
    isEmpty: false,
    turn: { 'any@10': 1 },
    session: null,
    topScore: 1,
    relevance: 0.5,
    ms: 1,
  }
  const groupsOf = (...changes: readonly Partial<Outcome>[]) =>
    judgedOf(changes.map((change) => ({ ...outcome, ...change }))).map(({ group }) => group)
  expect(groupsOf({}, { abstain: true }, { elsewhere: true, turn: null })).toEqual([
    'found',
    'abstaining',
    'elsewhere',
  ])
  expect(groupsOf({ turn: { 'any@10': 0 } }, { turn: null }, { relevance: null })).toEqual([])
  expect(groupsOf({ turn: { 'any@10': 0 }, isEmpty: true })).toEqual(['found'])
})
