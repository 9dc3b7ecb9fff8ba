// Random histories, played on the SQLite store and on the plain one: every answer must be the same.
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { isAppError } from '../../../src/kit/errors.ts'
import { kinds, type Memory, type NewMemory, roles } from '../../../src/model/memory.ts'
import { sessionKey } from '../../../src/model/session.ts'
import { derivedKinds } from '../../../src/store/derived.ts'
import type { MemoryFilter } from '../../../src/store/filter.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { Probe, SearchScope } from '../../../src/store/search.ts'
import { everySeat } from '../../../src/store/seats.ts'
import type { ListedMemory, Store } from '../../../src/store/store.ts'
import { analyse } from '../../../src/text/analyser.ts'
import { oldestFirst } from '../support/asking.ts'
import { embedWaiting } from '../support/embedding.ts'
import { openInProcess } from '../support/in-process-store.ts'
import { lookInto } from '../support/looking.ts'
import { type SqliteFixture, sqliteFixture, testKey } from '../support/sqlite-fixture.ts'

type Step = { readonly name: string; run(store: Store): Promise<unknown> } | { readonly name: 'reopen' }

const vocabulary = [
  'walrus',
  'Carpenter',
  'port 8080',
  'port 8081',
  'don’t',
  'é',
  '東京',
  '\0',
  '\ud800',
  '?!',
  '\n',
]
const text = fc.array(fc.constantFrom(...vocabulary), { maxLength: 6 }).map((words) => words.join(' '))
const longText = fc
  .tuple(text, fc.integer({ min: 0, max: 300 }))
  .map(([part, times]) => `${part} `.repeat(times))
const project = fc.constantFrom('git:a', 'git:b', 'global', 'path:/a')
const session = fc.constantFrom('s1', 's2', '-')
const client = fc.constantFrom('opencode', 'codex')
const time = fc.integer({ min: 0, max: 8 })
/** Ids are given in turn, so that a history may refer to those that came before. */
const reference = fc.integer({ min: 0, max: 25 }).map((index) => `id-${index}`)

const newMemory = fc.record({
  text: fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: longText }),
  role: fc.constantFrom('user' as const, 'user' as const, ...roles),
  kind: fc.constantFrom('turn' as const, 'turn' as const, ...kinds),
  trust: fc.constantFrom('user' as const, 'assistant' as const),
  project,
  session,
  client,
  messageId: fc.option(fc.constantFrom('m1', 'm2', 'm3', 'm\ud800')),
  speaker: fc.option(fc.constant('Grace')),
  saidAt: time,
  storedAt: time,
  pin: fc.option(fc.constantFrom('project' as const, 'global' as const, 'agent' as const, null), {
    nil: undefined,
  }),
})
type Unnamed = typeof newMemory extends fc.Arbitrary<infer Item> ? Item : never

const filter: fc.Arbitrary<MemoryFilter> = fc.record({
  projects: fc.option(fc.uniqueArray(fc.constantFrom('git:a', 'git:b', 'global', 'git:none'))),
  session: fc.option(session, { nil: undefined }),
  client: fc.option(client, { nil: undefined }),
  roles: fc.option(fc.uniqueArray(fc.constantFrom(...roles)), { nil: undefined }),
  kinds: fc.option(fc.uniqueArray(fc.constantFrom(...kinds)), { nil: undefined }),
  since: fc.option(time, { nil: undefined }),
  until: fc.option(time, { nil: undefined }),
  pin: fc.constantFrom(
    'any' as const,
    'project' as const,
    'global' as const,
    'agent' as const,
    undefined,
    undefined,
  ),
  trusts: fc.constantFrom(undefined, undefined, ['user'] as const, ['assistant', 'tool'] as const),
  currentOnly: fc.constantFrom(true, false, undefined),
})
const terms = fc.array(fc.constantFrom(...vocabulary.flatMap(analyse), 'absent'), {
  minLength: 1,
  maxLength: 3,
})
const probe: fc.Arbitrary<Probe> = fc.oneof(
  fc.record({ find: fc.constant('terms' as const), all: terms, any: terms, limit: fc.constant(1_000) }),
  fc.record({
    find: fc.constant('terms' as const),
    all: terms,
    any: fc.constant([]),
    limit: fc.constant(1_000),
  }),
  fc.record({ find: fc.constant('phrase' as const), words: terms, limit: fc.constant(1_000) }),
  fc.record({
    find: fc.constant('time' as const),
    within: fc.array(fc.record({ from: time, to: time }), { maxLength: 2 }),
    limit: fc.constant(1_000),
  }),
)

function named(items: readonly Unnamed[], nextId: () => string): NewMemory[] {
  return items.map(({ pin, ...item }) => ({ ...item, id: nextId(), ...(pin === undefined ? {} : { pin }) }))
}

function step(name: string, run: (store: Store) => Promise<unknown>): Step {
  return { name, run }
}

/** Steps are made with an id source, because both stores must be told the same ids. */
const stepMaker: fc.Arbitrary<(nextId: () => string) => Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.array(newMemory, { maxLength: 5 }), fc.constantFrom(undefined, undefined, 's0'))
      .map(([items, parentSession]) => (nextId: () => string) => {
        const batch = named(items, nextId)
        return step('capture', (store) => store.capture(batch, { parentSession }))
      }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(reference, newMemory).map(([id, item]) => (nextId: () => string) => {
      const [said] = named([item], nextId) as [NewMemory]
      const replacement = { ...said, messageId: null }
      return step('supersede', (store) => store.supersede(id, replacement))
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(reference, { maxLength: 4 })
      .map((ids) => () => step('forget', (store) => store.forget(ids, 9))),
  },
  fc.tuple(reference, fc.constantFrom('project' as const, 'global' as const, null)).map(
    ([id, pin]) =>
      () =>
        step('pin', (store) => store.pin(id, pin)),
  ),
  fc
    .array(reference, { maxLength: 3 })
    .map((ids) => () => step('reinforce', (store) => store.reinforce(ids, 9))),
  fc
    .record({
      said: fc.record({ client, session }),
      messages: fc.uniqueArray(fc.constantFrom('m1', 'm2', 'm\ud800'), { maxLength: 2 }),
      restored: fc.uniqueArray(fc.constantFrom('m1', 'm2', 'm\ud800'), { maxLength: 2 }),
      from: fc.constantFrom(undefined, undefined, null, 'm1'),
      bars: fc.constantFrom(false, false, false, true),
    })
    .map(({ said, bars, ...what }) => (nextId: () => string) => {
      const id = nextId()
      return bars
        ? step('bar session', (store) => store.barSession(said, id, 9))
        : step('take back', (store) => store.takeBack(said, what, 9))
    }),
  fc.tuple(fc.option(client), session).map(
    ([of, name]) =>
      () =>
        step('close session', (store) => store.closeSession(of, name, 7)),
  ),
  fc
    .tuple(filter, fc.integer({ min: 1, max: 6 }), fc.constantFrom('newest' as const, 'oldest' as const))
    .chain(([where, limit, order]) =>
      fc
        .option(reference, { nil: undefined })
        .map(
          (after) => () =>
            step('list', async (store) => withoutCursors(await store.list(where, { limit, order, after }))),
        ),
    ),
  fc.array(reference, { maxLength: 4 }).map(
    (ids) => () =>
      step('with forms', async (store) => ({
        doomed: [...(await store.withForms(ids))].sort(),
        relied: await store.reliedOn(['git:a', 'path:/a'], { limit: 3 }),
        quoting: await store.derivedQuoting({ kinds: ['fact', 'correction'], memories: ids }),
      })),
  ),
  fc.tuple(filter, fc.array(probe, { maxLength: 4 })).map(
    ([{ currentOnly: _, trusts: __, ...scope }, probes]) =>
      () =>
        step('search', (store) => search(store, scope, probes)),
  ),
  fc.tuple(terms, fc.option(fc.uniqueArray(project))).map(
    ([asked, projects]) =>
      () =>
        step('term stats', (store) => lookInto(store).termStats(projects, asked)),
  ),
  fc.tuple(project, project).map(
    ([from, into]) =>
      () =>
        step('merge projects', (store) => store.mergeProjects(from, into)),
  ),
  fc
    .record({
      key: fc.constantFrom('git:a', 'path:/a', 'path:/b', 'root:a'),
      name: fc.constantFrom('a', 'b'),
      reason: fc.constant('because'),
      folder: fc.constantFrom('1:1', '1:2', undefined),
      isGuess: fc.constantFrom(true, undefined),
    })
    .map(
      (described) => () =>
        step('put project', async (store) => {
          const key = await store.projectKey(described)
          await store.putProject(described)
          return key
        }),
    ),
  fc.constant(() => ({ name: 'reopen' }) as const),
)

/** Places are named by each store in its own way. */
function withoutCursors(listed: readonly ListedMemory[]): readonly Memory[] {
  return listed.map(({ cursor: _, ...memory }) => memory)
}

const derivedId = fc.constantFrom('d1', 'd2', 'd3')
const derivedKind = fc.constantFrom(...derivedKinds.filter((kind) => kind !== 'extract'))
const derivedRow = fc.record({
  kind: derivedKind,
  id: derivedId,
  project,
  rank: fc.option(time),
  sources: fc.array(reference, { maxLength: 2 }),
  body: fc.constantFrom('{}', '"walrus"'),
})
const derivedMakers: typeof stepMaker = fc.oneof(
  fc
    .record({
      put: fc.uniqueArray(derivedRow, { maxLength: 3, selector: ({ kind, id }) => `${kind} ${id}` }),
      remove: fc.array(fc.record({ kind: derivedKind, id: derivedId }), { maxLength: 2 }),
      standing: fc.boolean(),
    })
    .map((changes) => () => step('apply derived', (store) => store.applyDerived(changes))),
  fc.tuple(reference, fc.boolean()).map(
    ([source, stale]) =>
      () =>
        step('digest', async (store) => {
          const [changed] = await store.changedSessions({ silentSince: 9, limit: 1 })
          if (changed === undefined) return null
          const session = stale ? { ...changed, change: -1 } : changed
          const { project: within, lastAt } = changed.session
          const key = { kind: 'extract', id: sessionKey(changed.session), project: within } as const
          const extract = { ...key, rank: lastAt, sources: [source], body: '{}' }
          return store.applyDerived({ put: [extract], remove: [], session, standing: false })
        }),
  ),
  fc.constant(() =>
    step('derive project', async (store) => {
      const changed = await store.changedProjects(10)
      // Which of those changed together comes first is not said.
      const names = changed.map((each) => each.project).sort()
      const planned = changed.find((each) => each.project === names[0])
      await store.applyDerived({ put: [], remove: [], project: planned, standing: false })
      return names
    }),
  ),
  fc
    .integer({ min: 1, max: 3 })
    .map((rules) => () => step('derive anew', (store) => store.deriveAnew(rules))),
)

const embedder = fc.constantFrom('one', 'one', 'one', 'two')
const vectorMakers: typeof stepMaker = fc.oneof(
  embedder.map((id) => () => step('use embedder', (store) => store.useEmbedder(id))),
  embedder.map(
    (id) => () =>
      step('measured', async (store) => {
        const before = await store.measured(id)
        await store.keepMeasured(id, `of ${id}`)
        return [before, await store.measured(id)]
      }),
  ),
  fc.tuple(embedder, fc.integer({ min: 1, max: 6 })).map(
    ([id, passagesMax]) =>
      () =>
        step('embed', (store) => embedWaiting(store, id, passagesMax)),
  ),
  fc
    .integer({ min: 0, max: 6 })
    .map((passagesMax) => () => step('texts to embed', (store) => store.textsToEmbed(passagesMax))),
)

const history = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: stepMaker },
    { weight: 2, arbitrary: derivedMakers },
    { weight: 3, arbitrary: vectorMakers },
  ),
  {
    minLength: 1,
    maxLength: 25,
  },
)

async function search(store: Store, scope: SearchScope, probes: readonly Probe[]): Promise<unknown> {
  const seats = await lookInto(store).probe(scope, probes)
  return { seats, occupants: await lookInto(store).occupants(seats.flatMap((each) => [...each])) }
}

async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work
  } catch (error) {
    if (!isAppError(error)) throw error
    return { failed: error.code }
  }
}

async function derivedState(store: Store): Promise<unknown> {
  const queries = derivedKinds.flatMap((kind) =>
    ['git:a', 'git:b', 'global', 'path:/a', 'path:/b', 'root:a'].map((within) => ({
      kind,
      project: within,
      limit: 100,
      unranked: true,
    })),
  )
  return Promise.all(queries.map((query) => store.derived(query)))
}

/** Everything a store can be asked, for the comparison at the end. */
async function wholeState(store: Store): Promise<unknown> {
  const { bytes: _, schemaVersion: __, ...stats } = await store.stats()
  return {
    stats,
    memories: withoutCursors(await store.list({ projects: null, currentOnly: false }, oldestFirst)),
    sessions: await store.sessions({ projects: null, limit: 100 }),
    projects: await store.projects(),
    events: await store.events({ limit: 100 }),
    terms: await lookInto(store).termStats(null, [...new Set(vocabulary.flatMap(analyse))]),
    evidence: await lookInto(store).evidence([everySeat]),
    derived: await derivedState(store),
    toEmbed: await store.textsToEmbed(1_000),
    vectors: await lookInto(store).vectorRows([everySeat]),
    codes: await store.vectorCodes(-1, 1_000),
    changedSessions: (await store.changedSessions({ silentSince: 9, limit: 100 })).map(
      ({ session: each }) => each,
    ),
    changedProjects: (await store.changedProjects(100)).map((each) => each.project).sort(),
  }
}

describe('the SQLite store', () => {
  let fixture: SqliteFixture
  afterEach(() => fixture.stop())

  it('answers as the plain store does, whatever happened before', async () => {
    fixture = await sqliteFixture()
    let histories = 0
    await fc.assert(
      fc.asyncProperty(history, async (makers) => {
        histories += 1
        const file = `${fixture.file}-${histories}`
        const oracle = createMemoryStore()
        let store = openInProcess({ file, key: testKey }).store
        let ids = 0
        const nextId = (): string => `id-${ids++}`
        for (const make of makers) {
          const next = make(nextId)
          if (!('run' in next)) {
            await store.close()
            store = openInProcess({ file, key: testKey }).store
            continue
          }
          const [actual, expected] = await Promise.all([
            outcomeOf(next.run(store)),
            outcomeOf(next.run(oracle)),
          ])
          expect(actual, next.name).toEqual(expected)
        }
        expect(await wholeState(store)).toEqual(await wholeState(oracle))
        await store.close()
      }),
      { numRuns: 150 },
    )
  })
})
