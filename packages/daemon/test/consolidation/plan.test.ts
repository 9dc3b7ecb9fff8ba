import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SessionExtract } from '../../src/consolidation/derived.ts'
import type { ClosedSession } from '../../src/consolidation/digest.ts'
import { extractSession } from '../../src/consolidation/extract.ts'
import type { CandidateFact } from '../../src/consolidation/facts.ts'
import { type ProjectPlan, planProject } from '../../src/consolidation/plan.ts'
import { factOf } from '../../src/consolidation/rows.ts'
import type { Memory } from '../../src/model/memory.ts'
import type { DerivedRow } from '../../src/store/derived.ts'
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

/** What is kept: extracts by session, and the other rows by key. */
interface Kept {
  readonly extracts: ReadonlyMap<string, SessionExtract>
  readonly rows: ReadonlyMap<string, DerivedRow>
}

const nothing: Kept = { extracts: new Map(), rows: new Map() }
const projects = ['git:example.org/ada/shop', 'path:/other']

function plansFor({ extracts, rows }: Kept): ProjectPlan[] {
  return projects.map((project) =>
    planProject(
      project,
      [...extracts.values()].filter((extract) => extract.project === project),
      [...rows.values()].filter((row) => row.project === project),
    ),
  )
}

function replanned(kept: Kept): Kept {
  const rows = new Map(kept.rows)
  for (const { put, remove } of plansFor(kept)) {
    for (const { kind, id } of remove) rows.delete(`${kind} ${id}`)
    for (const row of put) rows.set(`${row.kind} ${row.id}`, row)
  }
  return { ...kept, rows }
}

function consolidated(closed: readonly ClosedSession[], kept = nothing): Kept {
  const extracts = new Map(kept.extracts)
  for (const each of closed) extracts.set(each.session.session, extractSession(each))
  return replanned({ ...kept, extracts })
}

const rowsOf = (kept: Kept, kind: DerivedRow['kind']): DerivedRow[] =>
  [...kept.rows.values()].filter((row) => row.kind === kind)
const facts = (kept: Kept): CandidateFact[] => rowsOf(kept, 'fact').map(factOf)
const states = (kept: Kept): string[] =>
  facts(kept).map(({ state, confirmedBy }) => `${state} ${confirmedBy}`)

describe('candidate facts', () => {
  const once = said('s1', 0, ['Always run the tests before committing.'])

  test('are candidates when said once, confirmed when said again in another session', () => {
    expect(states(consolidated([once]))).toEqual(['candidate null'])
    const twice = consolidated([once, said('s2', 1, ['Please always run the tests before committing!'])])
    expect(states(twice)).toEqual(['confirmed repetition'])
    expect(facts(twice)[0]?.sources).toHaveLength(2)
  })

  test('are confirmed by the user, not by an assistant that repeats itself', () => {
    const decided = 'A:We decided to drop Node 18 from the build.'
    const rule = 'Always skip the tests before pushing.'
    const repeated = ['s1', 's2', 's3'].map((name, day) => said(name, day, [decided]))
    expect(states(consolidated(repeated))).toEqual(['candidate null'])
    expect(facts(consolidated(repeated))[0]?.times).toBe(1)
    const claimed = ['s1', 's2', 's3'].map((name, day) => {
      const { session: each, turns } = said(name, day, [rule])
      return { session: each, turns: turns.map((turn) => ({ ...turn, trust: 'assistant' as const })) }
    })
    expect(facts(consolidated(claimed))).toEqual([])
  })

  test('are confirmed by a pin of the user, not of an agent', () => {
    const pinnedBy = (pin: Memory['pin']) => ({
      ...once,
      turns: once.turns.map((turn) => ({ ...turn, pin })),
    })
    expect(states(consolidated([pinnedBy('project')]))).toEqual(['confirmed pin'])
    expect(states(consolidated([pinnedBy('agent')]))).toEqual(['candidate null'])
  })

  test('twice in one session is once', () => {
    const [text] = ['Always run the tests before committing.']
    expect(states(consolidated([said('s1', 0, [text, text])]))).toEqual(['candidate null'])
  })

  test('are confirmed by a pin or by use of the turn they were said in', () => {
    const relied = (changes: Partial<Memory>): ClosedSession => ({
      ...once,
      turns: once.turns.map((turn) => ({ ...turn, ...changes })),
    })
    expect(states(consolidated([relied({ pin: 'project' })]))).toEqual(['confirmed pin'])
    expect(states(consolidated([relied({ reinforced: 2 })]))).toEqual(['confirmed use'])
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
    expect(facts(replaced).find(({ said }) => said.text === 'We use npm.')?.supersededBy?.memoryId).toBe(
      switched.turns[0]?.id,
    )
    expect(rowsOf(replaced, 'fact').map((row) => [factOf(row).said.text, row.rank !== null])).toContainEqual([
      'We use npm.',
      false,
    ])
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
    expect([...rowsOf(derived, 'correction'), ...rowsOf(derived, 'proposal')]).toEqual([])
  })
})

describe('open threads', () => {
  test('stay open over sessions until finished work names them', () => {
    const left = said('s1', 0, ['Look at the importer.', 'TODO: write the migration guide for the importer.'])
    expect(rowsOf(consolidated([left]), 'thread')).toHaveLength(1)
    const finished = said('s2', 3, ['Go on.', "A:I've written the migration guide for the importer."])
    expect(rowsOf(consolidated([left, finished]), 'thread')).toEqual([])
    const before = said('s0', -3, ['Go on.', "A:I've written the migration guide for the importer."])
    expect(rowsOf(consolidated([left, before]), 'thread')).toHaveLength(1)
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

const plain = ({ rows }: Kept): unknown => Object.fromEntries([...rows].sort())

describe('plans', () => {
  test('a second time change nothing', () => {
    let looked = 0
    fc.assert(
      fc.property(histories, (closed) => {
        for (const { put, remove, standing } of plansFor(consolidated(closed))) {
          expect([put, remove, standing]).toEqual([[], [], false])
          looked += 1
        }
      }),
      { numRuns: 60 },
    )
    expect(looked).toBeGreaterThan(0)
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
          let kept = nothing
          for (let at = 0; at < shuffled.length; at += step)
            kept = consolidated(shuffled.slice(at, at + step), kept)
          expect(plain(kept)).toEqual(plain(consolidated(closed)))
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
        const extracts = new Map(all.extracts)
        extracts.delete(gone.session.session)
        expect(plain(replanned({ ...all, extracts }))).toEqual(plain(consolidated(rest)))
        const shortened = { ...gone, turns: gone.turns.slice(1) }
        expect(plain(consolidated([shortened], all))).toEqual(plain(consolidated([...rest, shortened])))
      }),
      { numRuns: 60 },
    )
  })

  test('a row names every memory whose words are in it', () => {
    fc.assert(
      fc.property(histories, (closed) => {
        for (const row of consolidated(closed).rows.values()) {
          const quoted = [...row.body.matchAll(/"memoryId":"([^"]+)"/gu)].map((match) => match[1])
          expect(new Set(row.sources)).toEqual(new Set(quoted))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('saying a thing once more is no news to a session, confirming or replacing it is', () => {
    const use = said('s1', 0, ['We use npm.'])
    const again = said('s2', 1, ['We use npm.'])
    const standing = (kept: Kept, more: ClosedSession): boolean => {
      const extracts = new Map(kept.extracts).set(more.session.session, extractSession(more))
      return plansFor({ ...kept, extracts }).some((plan) => plan.standing)
    }
    expect(standing(nothing, use)).toBe(true)
    expect(standing(consolidated([use]), again)).toBe(true)
    expect(standing(consolidated([use, again]), said('s3', 2, ['We use npm.']))).toBe(false)
    expect(standing(consolidated([use, again]), said('s3', 2, ['We switched from npm to pnpm.']))).toBe(true)
    expect(standing(consolidated([use]), said('s3', 2, ['Can you look at the parser?']))).toBe(false)
  })
})
