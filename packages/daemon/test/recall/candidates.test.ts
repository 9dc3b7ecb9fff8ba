import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { candidateLimits, planProbes } from '../../src/recall/candidates.ts'
import { readCue } from '../../src/recall/cue.ts'
import type { Probe } from '../../src/store/search.ts'

const now = Date.UTC(2026, 4, 20)
type Words = Extract<Probe, { find: 'terms' }>
const isWords = (probe: Probe): probe is Words => probe.find === 'terms'
const plan = (text: string, holding: Record<string, number>, passages = 1_000_000) => {
  const cue = readCue(text, now)
  return planProbes(cue, { passages, holding: cue.terms.map(({ term }) => holding[term] ?? 0) })
}

const wordProbes = (text: string, holding: Record<string, number>) =>
  plan(text, holding)
    .map(({ probe }) => probe)
    .filter(isWords)

describe('the plan', () => {
  test('lists rare terms in full and common ones only beside them', () => {
    const probes = wordProbes('kubernetes ingress timeout server', {
      kubernet: 900,
      ingress: 40,
      timeout: 9_000,
      server: 200_000,
    })
    expect(probes.map(({ all }) => all)).toEqual([['ingress'], ['kubernet'], ['timeout'], ['server']])
    expect(probes.map(({ any }) => any)).toEqual([[], [], [], ['ingress', 'kubernet']])
  })

  test('pairs terms that are all common', () => {
    const probes = wordProbes('server client request', { server: 200_000, client: 150_000, request: 300_000 })
    expect(probes.map(({ all }) => all)).toEqual([
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
    const probes = plan('what did "connection reset by peer" mean last week', { connect: 100, mean: 50 }).map(
      ({ probe }) => probe,
    )
    expect(probes).toContainEqual(
      expect.objectContaining({ find: 'phrase', words: ['connect', 'reset', 'by', 'peer'] }),
    )
    expect(probes.some(({ find }) => find === 'time')).toBe(true)
  })

  test('asks for a verb and its particle side by side, wherever one word may stand for them', () => {
    const planned = plan('how do we log people in', { log: 900, person: 4_000 })
    const { terms } = readCue('how do we log people in', now)
    const beside = planned.filter(({ probe }) => probe.find === 'phrase')
    expect(beside).toMatchObject([{ probe: { words: ['log', 'in'] }, isExact: false }])
    expect(beside[0]?.proves.map((place) => terms[place]?.term)).toEqual(['login'])
    const wide = Array.from({ length: 30 }, (_, index) => `word${index}`)
    const holding = Object.fromEntries([...wide, 'log'].map((word) => [word, 10]))
    const all = plan(`how do I log in with ${wide.join(' ')}`, holding)
    expect(new Set(all.flatMap(({ proves }) => proves)).size).toBe(candidateLimits.termsMax)
  })

  test('is empty when no word is known', () => {
    expect(plan('xyzzy', {})).toEqual([])
  })

  test('lists a narrow scope whole', () => {
    const cue = readCue('server', now)
    const probes = planProbes(cue, { passages: 10, holding: [0] }, true).map(({ probe }) => probe)
    expect(probes).toMatchObject([{ find: 'time', within: [{ from: -Infinity, to: Infinity }] }])
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
        const alone = probes
          .map(({ probe }) => probe)
          .filter(isWords)
          .filter(({ all, any }) => all.length === 1 && any.length === 0)
        const listed = alone.reduce(
          (sum, { all, limit }) => sum + Math.min(limit, holding[words.indexOf(all[0] ?? '')] ?? 0),
          0,
        )
        expect(listed).toBeLessThanOrEqual(candidateLimits.postingsMax)
        expect(probes.length).toBeLessThanOrEqual(40)
      }),
    )
  })
})
