// Memories that are there: pinned, forgotten, relied on, and read page by page.
import { beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../../src/kit/limits.ts'
import { monday } from '../support/memories.ts'
import { type Fixture, fixture, recalled, shop, turn } from './support.ts'

let daemon: Fixture
beforeEach(() => {
  daemon = fixture()
})

describe('pinning, forgetting, listing', () => {
  test('a pin is kept, moved and taken away', async () => {
    const { record_id: id } = await daemon.call('memory_capture', { text: 'Never force-push.', cwd: shop })
    expect(await daemon.call('memory_pin', { id })).toEqual({ id, pin: 'project' })
    expect(await daemon.call('memory_pin', { id, pin: null })).toEqual({ id, pin: 'project' })
    expect((await daemon.call('memory_list', { cwd: shop, pinned_only: true })).memories).toHaveLength(1)
    await daemon.call('memory_pin', { id, pin: 'global' })
    expect((await daemon.call('memory_get', { ids: [id] })).memories[0].pin).toBe('global')
    await daemon.call('memory_pin', { id, pin: 'none' })
    expect((await daemon.call('memory_list', { cwd: shop, pinned_only: true })).memories).toEqual([])
    await expect(daemon.call('memory_pin', { id: 'nope' })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('what is forgotten is gone and does not come back', async () => {
    const { record_id: id } = await daemon.call('memory_capture', {
      text: 'My locker code is on the fridge.',
      cwd: shop,
    })
    expect(await daemon.call('memory_forget', { ids: [id, 'nope'] })).toEqual({
      forgotten: [id],
      unknown: ['nope'],
    })
    expect(await recalled(daemon, 'locker')).toEqual([])
    expect(
      await daemon.call('memory_capture', { text: 'My locker code is on the fridge.', cwd: shop }),
    ).toMatchObject({ status: 'skipped' })
    await expect(daemon.call('memory_forget', {})).rejects.toThrow("missing required param: 'ids'")
  })

  test('forgetting a revised message leaves none of its forms, and is noted without any text', async () => {
    const send = (text: string): Promise<{ results: { record_id: string }[] }> =>
      daemon.call('memory_capture_batch', {
        client: 'opencode',
        session_id: 's1',
        cwd: shop,
        turns: [turn(text, 'm1')],
      })
    await send('My locker code is 77')
    const { results } = await send('My locker code is 7734, keep it')
    const answer = await daemon.call('memory_forget', { id: results[0]?.record_id })
    expect(answer).toEqual({ forgotten: ['id-0001', 'id-0002'], unknown: [] })
    expect((await daemon.call('memory_export', { cwd: shop })).memories).toEqual([])
    expect((await daemon.call('events_query', { kind: 'forgotten' })).events).toEqual([
      { ts: '2026-03-02T09:00:00.000Z', kind: 'forgotten', data: { count: 2, ids: 'id-0001 id-0002' } },
    ])
  })

  test('a correction that is forgotten is undone', async () => {
    const { record_id: id } = await daemon.call('memory_capture', { text: 'Lunch is at noon.', cwd: shop })
    const { new_record_id } = await daemon.call('memory_contradict', { id, new_fact: 'Lunch is at one.' })
    await daemon.call('memory_forget', { id: new_record_id })
    expect((await daemon.call('memory_list', { cwd: shop })).memories).toMatchObject([
      { id, superseded_by: null },
    ])
  })

  test('pages follow each other without gaps or repeats', async () => {
    const turns = Array.from({ length: 7 }, (_, n) => ({
      ...turn(`thought number ${n}`, `m${n}`),
      said_at: monday + n,
    }))
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 's1', cwd: shop, turns })
    const texts: string[] = []
    let after: string | null = null
    do {
      const page: { memories: { text: string }[]; next: string | null } = await daemon.call('memory_export', {
        cwd: shop,
        limit: 3,
        ...(after === null ? {} : { after }),
      })
      texts.push(...page.memories.map((memory) => memory.text))
      after = page.next
    } while (after !== null)
    expect(texts).toEqual(turns.map((_, n) => `thought number ${n}`))
  })

  describe('a walk over pages', () => {
    type Page = { memories: { id: string; text: string }[]; next: string | null }
    const ask: Record<string, (params: object) => Promise<Page>> = {
      memory_export: (params) => daemon.call('memory_export', { cwd: shop, ...params }),
      memory_list: (params) => daemon.call('memory_list', { cwd: shop, order: 'oldest', ...params }),
      session_get: (params) => daemon.call('session_get', { session_id: 's1', ...params }),
    }

    beforeEach(async () => {
      const turns = Array.from({ length: 4 }, (_, n) => turn(`thought number ${n}`, `m${n}`))
      await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 's1', cwd: shop, turns })
    })

    test.each(Object.keys(ask))('%s ends with a page that is just full', async (method) => {
      const first = await ask[method]?.({ limit: 2 })
      expect(first?.next).not.toBeNull()
      const second = await ask[method]?.({ limit: 2, after: first?.next })
      expect(second?.memories.map(({ text }) => text)).toEqual(['thought number 2', 'thought number 3'])
      expect(second?.next).toBeNull()
    })

    test.each(Object.keys(ask))('%s goes on when the last memory of a page is forgotten', async (method) => {
      const first = await ask[method]?.({ limit: 2 })
      await daemon.call('memory_forget', { id: first?.memories[1]?.id })
      const second = await ask[method]?.({ limit: 2, after: first?.next })
      expect(second?.memories.map(({ text }) => text)).toEqual(['thought number 2', 'thought number 3'])
    })
  })

  test('reinforcing counts each known id once', async () => {
    const { record_id: id } = await daemon.call('memory_capture', { text: 'We use tabs.', cwd: shop })
    expect(await daemon.call('memory_reinforce', { ids: [id, id, 'nope'] })).toEqual({
      edges_boosted: 1,
      new_weights: { [id]: 1 },
    })
  })
})

test('a page of long texts is shorter than asked for, and nothing is left out', async () => {
  const half = limits.listTextCharsMax / 2
  const texts = ['a', 'b', 'c', 'd'].map((letter, index) => letter.repeat(index === 1 ? half : half - 1_000))
  for (const text of texts) await daemon.call('memory_capture', { text, cwd: shop })
  const seen: string[] = []
  const pages: number[] = []
  for (let after: string | undefined; pages.length < 9; ) {
    const { memories, next } = await daemon.call('memory_list', {
      cwd: shop,
      order: 'oldest',
      limit: 9,
      after,
    })
    seen.push(...memories.map((memory: { text: string }) => memory.text[0]))
    pages.push(memories.length)
    if (next === null) break
    after = next
  }
  expect(seen).toEqual(['a', 'b', 'c', 'd'])
  expect(pages).toEqual([2, 2])
})
