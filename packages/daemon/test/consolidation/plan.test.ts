import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Derived, nothingDerived, sessionKey } from '../../src/consolidation/derived.ts'
import type { ClosedSession } from '../../src/consolidation/digest.ts'
import type { CandidateFact, Reliance } from '../../src/consolidation/facts.ts'
import { applyPlan, isEmptyPlan, planConsolidation } from '../../src/consolidation/plan.ts'
import { dayMs, memory, monday, session } from '../support/memories.ts'

/** A session of user turns (a leading `A:` makes it the assistant's), on the given day. */
function said(
  name: string,
  day: number,
  texts: readonly string[],
  project = 'git:example.org/ada/shop',
): ClosedSession {
  const turns = texts.map((text, index) => {
    const isAnswer = text.startsWith('A:')
    const role = isAnswer ? 'assistant' : 'user'
    return memory({
      id: `${name}-${index}-${text.length}`,
      text: isAnswer ? text.slice(2) : text,
      role,
      trust: role,
      session: name,
      project,
      saidAt: monday + day * dayMs + index * 60_000,
    })
  })
  return { session: session({ session: name, project, turnCount: turns.length }), turns }
}

const noReliance = new Map<string, Reliance>()

function consolidated(
  closed: readonly ClosedSession[],
  known = nothingDerived,
  reliance = noReliance,
): Derived {
  return applyPlan(known, planConsolidation(known, { closed, gone: [], reliance }))
}

const facts = (derived: Derived): CandidateFact[] => [...derived.facts.values()]
const states = (derived: Derived): string[] =>
  facts(derived).map(({ state, confirmedBy }) => `${state} ${confirmedBy}`)

describe('candidate facts', () => {
  const once = said('s1', 0, ['Always run the tests before committing.'])

  test('are candidates when said once, confirmed when said again in another session', () => {
    expect(states(consolidated([once]))).toEqual(['candidate null'])
    const twice = consolidated([once, said('s2', 1, ['Please always run the tests before committing!'])])
    expect(states(twice)).toEqual(['confirmed repetition'])
    expect(facts(twice)[0]?.sources).toHaveLength(2)
  })

  test('twice in one session is once', () => {
    const [text] = ['Always run the tests before committing.']
    expect(states(consolidated([said('s1', 0, [text, text])]))).toEqual(['candidate null'])
  })

  test('are confirmed by a pin or by use of the turn they were said in', () => {
    const id = once.turns[0]?.id ?? ''
    expect(
      states(consolidated([once], nothingDerived, new Map([[id, { pinned: true, reinforced: 0 }]]))),
    ).toEqual(['confirmed pin'])
    expect(
      states(consolidated([once], nothingDerived, new Map([[id, { pinned: false, reinforced: 2 }]]))),
    ).toEqual(['confirmed use'])
  })

  test('said in passing are only heard until repeated; the opposite is another fact', () => {
    expect(states(consolidated([said('s1', 0, ['I love long walks.'])]))).toEqual(['heard null'])
    expect(
      facts(consolidated([said('s1', 0, ['Always use tabs.']), said('s2', 1, ['Never use tabs.'])])),
    ).toHaveLength(2)
  })

  test('are not taken from the “user” of a sub-agent’s session', () => {
    const sub = { ...once, session: { ...once.session, parent: 'ses_0' } }
    expect(facts(consolidated([sub]))).toEqual([])
  })

  test('are superseded by what says so in words, and hold again when said again', () => {
    const use = said('s1', 0, ['We use npm.'])
    const switched = said('s2', 1, ['We switched from npm to pnpm.'])
    const replaced = consolidated([use, switched])
    expect(
      facts(replaced).find(({ key }) => key.includes('npm') && !key.includes('pnpm'))?.supersededBy?.memoryId,
    ).toBe(switched.turns[0]?.id)
    const back = consolidated([use, switched, said('s3', 2, ['We use npm.'])])
    expect(
      facts(back)
        .filter(({ supersededBy }) => supersededBy === null)
        .map(({ key }) => key),
    ).toContain(facts(consolidated([use]))[0]?.key)
  })

  test('of one project do not confirm or contradict those of another', () => {
    const other = said(
      's2',
      1,
      ['Always run the tests before committing.', 'We switched from npm to pnpm.'],
      'path:/other',
    )
    const derived = consolidated([once, said('s3', 0, ['We use npm.']), other])
    expect(new Set(states(derived))).toEqual(new Set(['candidate null']))
    expect(derived.contradictions.size).toBe(0)
  })
})

describe('open threads', () => {
  test('stay open over sessions until finished work names them', () => {
    const left = said('s1', 0, ['Look at the importer.', 'TODO: write the migration guide for the importer.'])
    expect([...consolidated([left]).threads.values()]).toHaveLength(1)
    const finished = said('s2', 3, ['Go on.', "A:I've written the migration guide for the importer."])
    expect([...consolidated([left, finished]).threads.values()]).toEqual([])
    const before = said('s0', -3, ['Go on.', "A:I've written the migration guide for the importer."])
    expect([...consolidated([left, before]).threads.values()]).toHaveLength(1)
  })
})

const phrases = fc.constantFrom(
  'Always run the tests before committing.',
  'Never push to main.',
  'I love long walks.',
  'We use npm.',
  'We switched from npm to pnpm.',
  'The staging database listens on 5433.',
  'The staging database moved to port 5434.',
  'The staging database is on port 5435.',
  "Let's go with SQLite.",
  'TODO: write the migration guide for the importer.',
  "A:I've written the migration guide for the importer.",
  'A:I fixed the parser.',
  'Can you look at the parser?',
)

/** Histories of sessions over two projects, each session with a fixed day. */
const histories = fc
  .array(fc.record({ texts: fc.array(phrases, { minLength: 1, maxLength: 4 }), other: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((sessions) =>
    sessions.map(({ texts, other }, index) =>
      said(`s${index}`, index % 5, texts, other ? 'path:/other' : undefined),
    ),
  )

const plain = (derived: Derived): unknown =>
  Object.fromEntries(
    Object.entries(derived).map(([table, rows]) => [table, Object.fromEntries([...rows].sort())]),
  )

describe('plans', () => {
  test('twice equals once', () => {
    fc.assert(
      fc.property(histories, (closed) => {
        const once = consolidated(closed)
        const again = planConsolidation(once, { closed, gone: [], reliance: noReliance })
        expect(isEmptyPlan(again)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('small steps in any order end where one step ends', () => {
    fc.assert(
      fc.property(
        histories.chain((closed) =>
          fc.tuple(
            fc.constant(closed),
            fc.shuffledSubarray(closed, { minLength: closed.length }),
            fc.integer({ min: 1, max: 3 }),
          ),
        ),
        ([closed, shuffled, step]) => {
          let known = nothingDerived
          for (let at = 0; at < shuffled.length; at += step)
            known = consolidated(shuffled.slice(at, at + step), known)
          expect(plain(known)).toEqual(plain(consolidated(closed)))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('a session that is gone or changed leaves nothing behind', () => {
    fc.assert(
      fc.property(histories, fc.nat(), (closed, pick) => {
        const gone = closed[pick % closed.length] as ClosedSession
        const rest = closed.filter((each) => each !== gone)
        const all = consolidated(closed)
        const plan = planConsolidation(all, {
          closed: [],
          gone: [sessionKey(gone.session)],
          reliance: noReliance,
        })
        expect(plain(applyPlan(all, plan))).toEqual(plain(consolidated(rest)))
        const shortened = { ...gone, turns: gone.turns.slice(1) }
        expect(plain(consolidated([shortened], all))).toEqual(plain(consolidated([...rest, shortened])))
      }),
      { numRuns: 60 },
    )
  })
})
