import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PlannedProbe } from '../../src/recall/candidates.ts'
import { choosePool } from '../../src/recall/pool-choice.ts'

describe('the pool', () => {
  const probe = { find: 'terms', all: [], any: [], limit: 1_000 } as const
  const planned = (proves: number[], isExact = false): PlannedProbe => ({ probe, proves, isExact })

  test('prefers seats that hold more, and rarer, words', () => {
    const results = [
      { planned: planned([0]), seats: [10, 300, 600] },
      { planned: planned([1]), seats: [300, 900] },
    ]
    expect(choosePool(results, [1, 3], 1).seats).toEqual([300])
    expect(choosePool(results, [1, 3], 2).seats).toEqual([300, 900])
  })

  test('prefers seats whose neighbours and chapter hold the other words', () => {
    const results = [
      { planned: planned([0]), seats: [10, 300, 601] },
      { planned: planned([1]), seats: [305, 600] },
    ]
    expect(choosePool(results, [1, 1], 2).seats).toEqual([600, 601])
    expect(choosePool(results, [1, 1], 4).seats).toEqual([300, 305, 600, 601])
  })

  test('counts what chapters hold', () => {
    const results = [
      { planned: planned([0]), seats: [10, 11, 300] },
      { planned: planned([2]), seats: [11, 600] },
    ]
    const { chapters, chaptersHolding } = choosePool(results, [4, 4, 1], 3)
    expect(chaptersHolding).toEqual([2, 0, 2])
    expect([...chapters].sort(([a], [b]) => a - b)).toEqual([
      [0, [2, 0, 1]],
      [1, [1, 0, 0]],
    ])
  })

  test('keeps every exact seat', () => {
    const results = [
      { planned: planned([], true), seats: [5, 6, 7] },
      { planned: planned([0]), seats: [100, 101] },
    ]
    const choice = choosePool(results, [4], 2)
    expect(choice.seats).toEqual(expect.arrayContaining([5, 6, 7]))
    expect([...choice.exact]).toEqual([5, 6, 7])
  })

  test('is what scoring every seat would choose, however the lists overlap', () => {
    const list = fc.uniqueArray(fc.nat(2_000), { maxLength: 60 }).map((seats) => seats.sort((a, b) => a - b))
    const lists = fc.array(list, { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 20 }), (seatLists, size) => {
        const results = seatLists.map((seats, place) => ({ planned: planned([place]), seats }))
        const idf = seatLists.map((_, place) => place + 1)
        const all = new Set(seatLists.flat())
        const few = choosePool(results, idf, size)
        const many = choosePool(results, idf, 10_000)
        expect(many.seats).toEqual([...all].sort((a, b) => a - b))
        expect(few.named).toBe(all.size)
        expect(few.seats).toHaveLength(Math.min(size, all.size))
      }),
    )
  })
})
