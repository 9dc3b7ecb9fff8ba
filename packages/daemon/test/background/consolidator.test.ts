import { afterEach, describe, expect, test } from 'vitest'
import {
  type ConsolidationWorker,
  createConsolidationWorker,
} from '../../src/background/consolidation-worker.ts'
import { type Consolidator, createConsolidator } from '../../src/background/consolidator.ts'
import { factOf } from '../../src/consolidation/rows.ts'
import { AppError } from '../../src/kit/errors.ts'
import { limits } from '../../src/kit/limits.ts'
import { silentLog } from '../../src/kit/log.ts'
import type { NewMemory } from '../../src/model/memory.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { inProcessWorker } from '../support/in-process-worker.ts'
import { dayMs, monday } from '../support/memories.ts'

const shop = 'git:example.org/ada/shop'
const caller = { transport: 'internal', requestId: 'test' } as const

let made = 0
function said(text: string, fields: Partial<NewMemory> = {}): NewMemory {
  made += 1
  const role = fields.role ?? 'user'
  return {
    id: `m-${made}`,
    text,
    role,
    kind: 'turn',
    trust: role === 'user' ? 'user' : 'assistant',
    project: shop,
    session: 's1',
    client: 'opencode',
    messageId: `msg-${made}`,
    speaker: null,
    saidAt: monday + made * 1_000,
    storedAt: monday,
    ...fields,
  }
}

interface Under {
  readonly store: Store
  readonly consolidator: Consolidator
  readonly clock: { now: number }
}

const running: Consolidator[] = []

function setUp(openWorker: () => ConsolidationWorker = inProcessWorker): Under {
  const store = createMemoryStore()
  const clock = { now: monday + dayMs }
  const now = () => clock.now
  const consolidator = createConsolidator({ store, now, log: silentLog, openWorker })
  running.push(consolidator)
  return { store, consolidator, clock }
}

afterEach(async () => {
  for (const consolidator of running.splice(0)) await consolidator.stop()
})

const facts = async (store: Store): Promise<readonly string[]> =>
  (await store.derived({ kind: 'fact', project: shop, limit: 100 })).map((row) => factOf(row).said.text)

describe('consolidating now', () => {
  test('digests closed sessions, derives the facts of their project, and says what it did', async () => {
    const { store, consolidator } = setUp()
    await store.capture([
      said('Always run the tests before committing.'),
      said('We use npm.', { session: 's2' }),
      said('We switched from npm to pnpm.', { session: 's3' }),
    ])
    const report = await consolidator.runNow()
    expect(report).toMatchObject({ complete: true, sessions: 3, projects: 1, removed: 0 })
    expect(report.candidates).toContain('Always run the tests before committing.')
    expect(await facts(store)).toEqual([
      'We switched from npm to pnpm.',
      'Always run the tests before committing.',
    ])
    expect(await store.events({ kind: 'consolidated', limit: 9 })).toMatchObject([
      { data: { sessions: 3, projects: 1, complete: true, candidates: 2 } },
    ])
  })

  test('again does nothing, and tells nobody', async () => {
    const { store, consolidator } = setUp()
    await store.capture([said('We use npm.')])
    await consolidator.runNow()
    expect(await consolidator.runNow()).toMatchObject({
      complete: true,
      sessions: 0,
      projects: 0,
      derived: 0,
    })
    expect(await store.events({ kind: 'consolidated', limit: 9 })).toHaveLength(1)
  })

  test('leaves open sessions alone until they are closed or silent', async () => {
    const { store, consolidator } = setUp()
    const open = said('We use npm.', { saidAt: monday + dayMs - 1_000 })
    await store.capture([open])
    expect(await consolidator.runNow()).toMatchObject({ sessions: 0 })
    await store.closeSession(null, 's1', monday + dayMs)
    expect(await consolidator.runNow()).toMatchObject({ sessions: 1 })
  })

  test('takes up what was pinned, relied on, superseded or forgotten since', async () => {
    const { store, consolidator } = setUp()
    const [rule, choice] = [said('Always run the tests before committing.'), said('We use npm.')]
    await store.capture([rule, choice])
    await consolidator.runNow()
    const states = async () =>
      (await store.derived({ kind: 'fact', project: shop, limit: 9 })).map((row) => factOf(row).state)
    expect(await states()).toEqual(['candidate', 'candidate'])
    await store.reinforce([rule.id], monday)
    await consolidator.runNow()
    expect(await states()).toEqual(['confirmed', 'candidate'])
    await store.forget([rule.id], monday)
    expect(await facts(store)).toEqual(['We use npm.'])
    const correction = said('We use pnpm.', { kind: 'fact', session: '-' })
    await store.supersede(choice.id, { ...correction, messageId: null })
    expect(await facts(store)).toEqual([])
    await consolidator.runNow()
    expect(await facts(store)).toEqual([])
  })

  test('opens again what forgotten work had closed', async () => {
    const { store, consolidator } = setUp()
    const left = [said('Look at the importer.'), said('TODO: write the migration guide for the importer.')]
    const done = said('I wrote the migration guide for the importer.', { role: 'assistant', session: 's2' })
    await store.capture([...left, said('Go on with the importer guide.', { session: 's2' }), done])
    await consolidator.runNow()
    const open = async () => (await store.derived({ kind: 'thread', project: shop, limit: 9 })).length
    expect(await open()).toBe(0)
    await store.forget([done.id], monday)
    await consolidator.runNow()
    expect(await open()).toBe(1)
  })

  test('works the same on its own thread', async () => {
    const { store, consolidator } = setUp(createConsolidationWorker)
    await store.capture([said('We use npm.'), said('Always use tabs.', { session: 's2' })])
    expect(await consolidator.runNow()).toMatchObject({ complete: true, sessions: 2, projects: 1 })
    expect(await facts(store)).toEqual(['Always use tabs.', 'We use npm.'])
  })

  test('goes on with the rest when one session cannot be digested, and does not try it for ever', async () => {
    const failing = (): ConsolidationWorker => ({
      ...inProcessWorker(),
      extract: async (closed) => {
        if (closed.session.session === 's1') throw new AppError('timeout', 'too slow')
        return inProcessWorker().extract(closed)
      },
    })
    const { store, consolidator } = setUp(failing)
    await store.capture([said('We use npm.'), said('Always use tabs.', { session: 's2' })])
    expect(await consolidator.runNow()).toMatchObject({ complete: true, sessions: 2 })
    expect(await facts(store)).toEqual(['Always use tabs.'])
    expect(await consolidator.runNow()).toMatchObject({ sessions: 0 })
  })
})

describe('consolidating in the background', () => {
  test('waits for quiet; looking at the status is quiet', async () => {
    const { store, consolidator, clock } = setUp()
    await store.capture([said('We use npm.')])
    const dispatch = consolidator.yieldingTo(async () => null)
    await dispatch('memory_recall', {}, caller)
    await consolidator.runIfQuiet()
    expect(await facts(store)).toEqual([])
    clock.now += limits.consolidationQuietMsMin
    await dispatch('status', {}, caller)
    await consolidator.runIfQuiet()
    expect(await facts(store)).toEqual(['We use npm.'])
  })

  test('is ended by a request in the middle of a step, and found again later', async () => {
    const stuck = Promise.withResolvers<never>()
    const begun = Promise.withResolvers<void>()
    let isStuck = true
    const openWorker = (): ConsolidationWorker => ({
      ...inProcessWorker(),
      extract: (closed) => {
        begun.resolve()
        return isStuck ? stuck.promise : inProcessWorker().extract(closed)
      },
      end: async () => stuck.reject(new AppError('unavailable', 'ended')),
    })
    const { store, consolidator, clock } = setUp(openWorker)
    await store.capture([said('We use npm.')])
    clock.now += limits.consolidationQuietMsMin
    const run = consolidator.runIfQuiet()
    await begun.promise
    await consolidator.yieldingTo(async () => null)('memory_recall', {}, caller)
    await run
    expect(await facts(store)).toEqual([])
    isStuck = false
    clock.now += limits.consolidationQuietMsMin
    await consolidator.runIfQuiet()
    expect(await facts(store)).toEqual(['We use npm.'])
  })

  test('rests while it is paused', async () => {
    const { store, consolidator, clock } = setUp()
    await store.capture([said('We use npm.')])
    clock.now += limits.consolidationQuietMsMin
    consolidator.pause()
    await consolidator.runIfQuiet()
    expect(await facts(store)).toEqual([])
    consolidator.resume()
    await consolidator.runIfQuiet()
    expect(await facts(store)).toEqual(['We use npm.'])
  })

  test('derives everything anew when the daemon starts with other rules', async () => {
    const { store, consolidator } = setUp()
    await store.capture([said('We use npm.')])
    await store.deriveAnew(999)
    await consolidator.runNow()
    expect(await store.changedSessions({ silentSince: Number.POSITIVE_INFINITY, limit: 9 })).toEqual([])
    await consolidator.start()
    expect(await store.changedSessions({ silentSince: Number.POSITIVE_INFINITY, limit: 9 })).toHaveLength(1)
  })
})
