import { beforeEach, describe, expect, test } from 'vitest'
import { dayMs, monday } from '../support/memories.ts'
import { type Fixture, fixture, shop } from './support.ts'

let daemon: Fixture
beforeEach(async () => {
  daemon = fixture()
  const turns = [
    { text: 'Which port does the walrus service use?', role: 'user', message_id: 'm1' },
    { text: 'It listens on 5433, behind the proxy.', role: 'assistant', message_id: 'm2' },
  ]
  await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 'old', cwd: shop, turns })
  daemon.now = monday + dayMs
})

const start = (params: object = {}): Promise<Record<string, unknown>> =>
  daemon.call('session_start_payload', { session_id: 'new', wake_depth: 'standard', cwd: shop, ...params })

const keys =
  'brain_handle breakpoint_marker compact_handle identity_pointer l0 l1 l2 rich_club topic_cluster_hint total_cached_tokens total_dynamic_tokens wake_depth'

describe('session_start_payload', () => {
  test('has all twelve keys and carries what the last session said', async () => {
    const payload = await start()
    expect(Object.keys(payload).toSorted().join(' ')).toBe(keys)
    expect(payload.l2).toEqual([expect.stringContaining('> It listens on 5433, behind the proxy.')])
    expect(payload.wake_depth).toBe('standard')
  })

  test('a named depth holds for this call only; anything else leaves it to the profile', async () => {
    expect((await start({ wake_depth: 'deep' })).wake_depth).toBe('deep')
    for (const junk of ['DEEP', '', 7, null, ['deep']])
      expect((await start({ wake_depth: junk })).wake_depth).toBe('minimal')
    await daemon.call('profile_set', { knob: 'wake_depth', value: 'standard' })
    expect((await start({ wake_depth: undefined })).wake_depth).toBe('standard')
  })

  test('shows nothing of another project', async () => {
    expect(JSON.stringify(await start({ cwd: '/home/ada/zoo' }))).not.toMatch(/walrus|5433/)
  })

  test('gives one session the same bytes while people talk, and new ones when a fact is told', async () => {
    const before = await start()
    const turns = [{ text: 'Unrelated walrus chatter elsewhere', role: 'user', message_id: 'm9' }]
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 'other', cwd: shop, turns })
    expect(await start()).toEqual(before)
    await daemon.call('memory_capture', { text: 'The walrus service moved to 6000.', cwd: shop })
    const after = await start()
    expect(after.rich_club).toContain('The walrus service moved to 6000.')
  })

  test('the same session id of two hosts is two sessions', async () => {
    const turns = [{ text: 'Go on with the walrus proxy', role: 'user', message_id: 'n1' }]
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 'new', cwd: shop, turns })
    daemon.now += 1
    const later = [{ text: 'And the otter proxy, while you are there', role: 'user', message_id: 'o1' }]
    await daemon.call('memory_capture_batch', { client: 'codex', session_id: 'x', cwd: shop, turns: later })
    daemon.now += 1
    const underWay = await start({ client: 'opencode' })
    const begins = await start({ client: 'codex' })
    expect(JSON.stringify(underWay)).not.toContain('otter')
    expect(JSON.stringify(begins)).toContain('otter')
    expect(await start({ client: 'opencode' })).toEqual(underWay)
  })

  test('a session under way has the same bytes after a restart with an empty cache', async () => {
    const turns = [{ text: 'Go on with the walrus proxy', role: 'user', message_id: 'n1' }]
    const before = await start()
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 'new', cwd: shop, turns })
    daemon.now += 1
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 'other', cwd: shop, turns })
    // Another budget above the maximum is another key of the cache, and so assembles anew.
    expect(await start({ budget_tokens: 1_999 })).toEqual(before)
  })

  test('what was forgotten or superseded leaves at once', async () => {
    const { record_id } = await daemon.call('memory_capture', {
      text: 'Deploys go through Jenkins.',
      cwd: shop,
    })
    expect((await start()).rich_club).toContain('Jenkins')
    await daemon.call('memory_contradict', { id: record_id, new_fact: 'Deploys go through Woodpecker.' })
    expect((await start()).rich_club).toMatch(/Woodpecker/)
    expect(JSON.stringify(await start())).not.toContain('Jenkins')
    const { memories } = await daemon.call('memory_list', { session_id: 'old', cwd: shop })
    await daemon.call('memory_forget', { ids: memories.map((memory: { id: string }) => memory.id) })
    expect(JSON.stringify(await start())).not.toMatch(/5433|Which port/)
  })

  test('identity leads every project', async () => {
    await daemon.call('profile_set', { knob: 'identity', value: 'Ada. Prefers plain SQL.' })
    expect((await start({ cwd: '/home/ada/zoo' })).l0).toContain('Ada. Prefers plain SQL.')
  })

  test('a budget from a query string counts', async () => {
    const small = await start({ budget_tokens: '200' })
    expect(Number(small.total_cached_tokens) + Number(small.total_dynamic_tokens)).toBeLessThanOrEqual(200)
  })

  test('reading changes nothing', async () => {
    const before = await daemon.call('memory_export', { all_projects: true })
    await start()
    await daemon.call('memory_recall', { cue: 'walrus', cwd: shop })
    expect(await daemon.call('memory_export', { all_projects: true })).toEqual(before)
  })
})
