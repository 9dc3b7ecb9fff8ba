import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { candidateLimits, choosePool, type PlannedProbe, planProbes } from '../../src/recall/candidates.ts'
import { readCue } from '../../src/recall/cue.ts'
import { chapterOf, chapterSeats, rangesAround } from '../../src/recall/seats.ts'

const now = Date.UTC(2026, 4, 20)
const plan = (text: string, holding: Record<string, number>, passages = 1_000_000) => {
  const cue = readCue(text, now)
  return planProbes(cue, { passages, holding: cue.terms.map(({ term }) => holding[term] ?? 0) })
}

describe('the plan', () => {
  test('lists rare terms in full and common ones only beside them', () => {
    const probes = plan('kubernetes ingress timeout server', {
      kubernet: 900,
      ingress: 40,
      timeout: 9_000,
      server: 200_000,
    }).map(({ probe }) => probe)
    expect(probes.map(({ all }) => all)).toEqual([['ingress'], ['kubernet'], ['timeout'], ['server']])
    expect(probes.map(({ any }) => any)).toEqual([[], [], [], ['ingress', 'kubernet']])
  })

  test('pairs terms that are all common', () => {
    const probes = plan('server client request', { server: 200_000, client: 150_000, request: 300_000 })
    expect(probes.map(({ probe }) => probe.all)).toEqual([
      ['client', 'server'],
      ['client', 'request'],
      ['server', 'request'],
    ])
  })

  test('takes the newest of a single common term', () => {
    const [only] = plan('server', { server: 200_000 })
    expect(only?.probe).toMatchObject({ all: ['server'], limit: candidateLimits.pairPostingsMax })
  })

  test('asks for phrases and time windows beside the words', () => {
    const probes = plan('what did "connection reset by peer" mean last week', { connect: 100, mean: 50 })
    expect(probes.some(({ probe }) => probe.phrase.join(' ') === 'connect reset by peer')).toBe(true)
    expect(probes.some(({ probe }) => probe.within.length > 0)).toBe(true)
  })

  test('is empty when no word is known', () => {
    expect(plan('xyzzy', {})).toEqual([])
  })

  test('stays within its postings, whatever the counts', () => {
    const counts = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(counts, (holding) => {
        const words = holding.map((_, index) => `word${index}`)
        const probes = plan(
          words.join(' '),
          Object.fromEntries(words.map((word, index) => [word, holding[index] ?? 0])),
        )
        const alone = probes.filter(({ probe }) => probe.all.length === 1 && probe.any.length === 0)
        const listed = alone.reduce(
          (sum, { probe }) => sum + Math.min(probe.limit, holding[words.indexOf(probe.all[0] ?? '')] ?? 0),
          0,
        )
        expect(listed).toBeLessThanOrEqual(candidateLimits.postingsMax)
        expect(probes.length).toBeLessThanOrEqual(40)
      }),
    )
  })
})

describe('the pool', () => {
  const probe = { all: [], any: [], phrase: [], within: [], limit: 1_000 }
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

test('ranges cover the seats with their neighbours, never cross a chapter, never overlap', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(4 * chapterSeats), { maxLength: 40 }), (seats) => {
      const ranges = rangesAround(seats, 1, 2)
      const covered = ranges.flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, index) => from + index),
      )
      expect(new Set(covered).size).toBe(covered.length)
      expect(covered).toEqual([...covered].sort((a, b) => a - b))
      for (const { from, to } of ranges) expect(chapterOf(from)).toBe(chapterOf(to))
      for (const seat of seats) {
        for (const near of [seat - 1, seat, seat + 1, seat + 2]) {
          if (near >= 0 && chapterOf(near) === chapterOf(seat)) expect(covered).toContain(near)
        }
      }
    }),
  )
})
