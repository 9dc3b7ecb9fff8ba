import { beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../../src/kit/limits.ts'
import { dayMs, monday } from '../support/memories.ts'
import { type Fixture, fixture, shop } from './support.ts'

const zoo = '/home/ada/zoo'
let daemon: Fixture

const say = (session_id: string, cwd: string, texts: readonly string[], day = 0): Promise<unknown> =>
  daemon.call('memory_capture_batch', {
    client: 'opencode',
    session_id,
    cwd,
    turns: texts.map((text, index) => ({
      text,
      role: 'user',
      message_id: `${session_id}-${index}`,
      said_at: monday + day * dayMs + index,
    })),
  })

const left = async (): Promise<readonly string[]> => {
  const { memories } = await daemon.call('memory_list', { all_projects: true, limit: 1_000, order: 'oldest' })
  return memories.map((memory: { text: string }) => memory.text)
}

beforeEach(async () => {
  daemon = fixture()
  await say('s1', shop, ['The walrus lives in dock four.', 'Feed it at noon.'])
  await say('s2', shop, ['The otter lives in dock five.'], 1)
  await say('s3', zoo, ['A  WALRUS moved in.'], 2)
})

const everything = [
  'The walrus lives in dock four.',
  'Feed it at noon.',
  'The otter lives in dock five.',
  'A  WALRUS moved in.',
]

describe('forgetting what has something in common', () => {
  test.each([
    ['a session', { session_id: 's1' }, [2, 3]],
    ['a project', { cwd: shop }, [3]],
    ['words, in a project', { cwd: shop, containing: 'walrus' }, [1, 2, 3]],
    [
      'words, everywhere, whatever case and spacing',
      { all_projects: true, containing: 'a walrus' },
      [0, 1, 2],
    ],
    ['a time', { all_projects: true, since: '2026-03-03', until: '2026-03-04' }, [0, 1, 3]],
    ['all of it together', { cwd: shop, since: monday, until: monday + 1, containing: 'walrus' }, [1, 2, 3]],
  ])('by %s', async (_, where, kept) => {
    const { count, matches, forgotten } = await daemon.call('memory_forget', { where, dry_run: true })
    expect([count, matches.length, forgotten]).toEqual([4 - kept.length, 4 - kept.length, []])
    expect(await left()).toEqual(everything)
    expect(await daemon.call('memory_forget', { where })).toMatchObject({
      count: 4 - kept.length,
      complete: true,
      unknown: [],
    })
    expect(await left()).toEqual(kept.map((index) => everything[index]))
  })

  test('reaches every page, whatever stays in between', async () => {
    const many = Array.from(
      { length: limits.forgetPageRows * 2 + 3 },
      (_, index) => `${index % 3 === 0 ? 'gone' : 'kept'} number ${index}`,
    )
    await say('many', zoo, many.slice(0, limits.forgetPageRows))
    await say('more', zoo, many.slice(limits.forgetPageRows), 1)
    const answer = await daemon.call('memory_forget', { where: { cwd: zoo, containing: 'gone' } })
    expect(answer.count).toBe(many.filter((text) => text.startsWith('gone')).length)
    expect(
      await daemon.call('memory_forget', { where: { cwd: zoo, containing: 'gone' }, dry_run: true }),
    ).toMatchObject({ count: 0 })
    expect((await daemon.call('memory_forget', { where: { session_id: 'many' } })).count).toBe(
      many.slice(0, limits.forgetPageRows).filter((text) => text.startsWith('kept')).length,
    )
  })

  test.each([
    [{}, "say where: 'session_id', 'project' or 'cwd'"],
    [{ containing: 'walrus' }, "say where: 'session_id', 'project' or 'cwd'"],
    [{ all_projects: true }, 'would forget everything'],
    [{ session_id: '-' }, "'-' is no session"],
    [{ cwd: shop, containing: '\u3000 \n ' }, 'it holds no words'],
    [{ cwd: shop, containing: 'x' }, "param 'where.containing'"],
  ])('%j is too much to mean', async (where, message) => {
    await expect(daemon.call('memory_forget', { where })).rejects.toThrow(message)
    expect(await left()).toEqual(everything)
  })

  test('ids and a condition together are not understood', async () => {
    const params = { ids: ['x'], where: { cwd: shop } }
    await expect(daemon.call('memory_forget', params)).rejects.toThrow('not both')
  })

  test('a dry run of ids shows them and leaves them', async () => {
    const { memories } = await daemon.call('memory_list', { session_id: 's2', cwd: shop })
    const ids = [memories[0].id, 'nope']
    expect(await daemon.call('memory_forget', { ids, dry_run: true })).toEqual({
      forgotten: [],
      unknown: ['nope'],
      count: 1,
      complete: true,
      matches: [memories[0]],
    })
    expect(await left()).toEqual(everything)
  })

  test('is told without a word of what it was', async () => {
    await daemon.call('memory_forget', { where: { session_id: 's1' } })
    const { events } = await daemon.call('events_query', { kind: 'forgotten' })
    expect(events).toMatchObject([{ kind: 'forgotten', data: { count: 2 } }])
  })

  test('leaves nothing of it in a context that was given out', async () => {
    const start = { session_id: 'new', wake_depth: 'standard', cwd: shop }
    const { compact_handle } = await daemon.call('session_start_payload', start)
    expect((await daemon.call('memory_get', { ids: [compact_handle] })).handles[0].text).toContain('walrus')
    await daemon.call('memory_forget', { where: { session_id: 's1' } })
    expect((await daemon.call('memory_get', { ids: [compact_handle] })).missing).toEqual([compact_handle])
    expect(JSON.stringify(await daemon.call('session_start_payload', start))).not.toContain('walrus')
  })
})

test('a dry run counts what would go, all forms of a message', async () => {
  const again = [
    { text: 'The walrus lives in dock nine.', role: 'user', message_id: 's1-0', said_at: monday + 9 },
  ]
  await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 's1', cwd: shop, turns: again })
  const { memories } = await daemon.call('memory_list', { cwd: shop, session_id: 's1' })
  const ids = memories.map(({ id }: { id: string }) => id)
  const byId = await daemon.call('memory_forget', { ids, dry_run: true })
  expect([byId.count, byId.unknown]).toEqual([3, []])
  const where = { cwd: shop, containing: 'dock nine' }
  expect((await daemon.call('memory_forget', { where, dry_run: true })).count).toBe(2)
  expect((await daemon.call('memory_forget', { where })).count).toBe(2)
})

test('many long texts are forgotten in steps, whatever the order and whoever is unknown', async () => {
  const long = Array.from({ length: 5 }, (_, n) => `${n} ${'elephant seals '.repeat(40_000)}`)
  for (const [n, text] of long.entries()) await say(`long ${n}`, zoo, [text, `Short ${n}.`])
  const { store } = daemon
  const steps: number[] = []
  const forget: typeof store.forget = async (...args) => {
    const gone = await store.forget(...args)
    steps.push(gone.length)
    return gone
  }
  const own = fixture({ ...store, forget })
  const { memories } = await own.call('memory_list', { session_id: 's3', cwd: zoo })
  const ids: string[] = ['nope', memories[0].id]
  for (const n of long.keys()) {
    const listed = await store.list({ projects: null, session: `long ${n}` }, { limit: 9, order: 'oldest' })
    ids.push(...listed.map(({ id }) => id))
  }
  const answer = await own.call('memory_forget', { ids })
  expect(answer.unknown).toEqual(['nope'])
  expect([...answer.forgotten].sort()).toEqual(ids.slice(1).sort())
  expect(answer).not.toHaveProperty('complete')
  // Each long one ends a step, with the short ones before it; at last a look for the unknown one.
  expect(steps).toEqual([2, 2, 2, 2, 2, 1, 0])
  const { events } = await own.call('events_query', { kind: 'forgotten' })
  expect(events).toHaveLength(steps.length - 1)
})

test('what a failure leaves in the middle is there whole, and goes when asked again', async () => {
  const long = Array.from({ length: 4 }, (_, n) => `${n} ${'elephant seals '.repeat(40_000)}`)
  await say('long', zoo, long)
  const { store } = daemon
  let calls = 0
  const forget: typeof store.forget = async (...args) => {
    if (++calls === 2) throw new Error('the disk went away')
    return store.forget(...args)
  }
  const own = fixture({ ...store, forget })
  const where = { cwd: zoo, session_id: 'long' }
  const listed = await store.list({ projects: null, session: 'long' }, { limit: 9, order: 'oldest' })
  const ids = listed.map(({ id }) => id)
  await expect(own.call('memory_forget', { ids })).rejects.toThrow('internal error')
  const kept = await store.get(ids)
  expect([kept.length > 0, kept.length < long.length]).toEqual([true, true])
  expect(kept.every(({ text }) => long.includes(text))).toBe(true)
  const again = await own.call('memory_forget', { ids })
  expect(again.forgotten).toHaveLength(kept.length)
  expect(again.unknown).toHaveLength(long.length - kept.length)
  expect((await own.call('memory_forget', { where, dry_run: true })).count).toBe(0)
})
