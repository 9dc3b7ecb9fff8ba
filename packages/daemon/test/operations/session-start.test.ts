import { beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../../src/kit/limits.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { dayMs, monday } from '../support/memories.ts'
import { type Fixture, fixture, shop, shopProject } from './support.ts'

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
    expect(payload.l1).toContain('last, assistant: “It listens on 5433, behind the proxy.”')
    expect(payload.l2).toEqual([])
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

  test('shows a session that many sub-agents worked for, and not them', async () => {
    const asked = (text: string, id: string) => ({ text, role: 'user', message_id: id })
    const capture = (session_id: string, turns: readonly object[]) =>
      daemon.call('memory_capture_batch', { client: 'opencode', session_id, cwd: shop, turns })
    await capture('main', [asked('Invoices for the walrus are exported as Factur-X.', 'm1')])
    for (let helper = 0; helper < 2 * limits.contextSessionsMax; helper++) {
      daemon.now += 1000
      const text = `Search the code for helper number ${helper} of the otter.`
      const turn = { text, role: 'assistant', message_id: 'h1', parent_session_id: 'main' }
      await capture(`helper-${helper}`, [turn])
    }
    daemon.now += 1000
    const payload = JSON.stringify(await start({ client: 'codex' }))
    expect(payload).toContain('Factur-X')
    expect(payload).not.toContain('otter')
  })

  test('shows what was said an hour ago in a session that began weeks before the others', async () => {
    const say = (session_id: string, text: string, message_id: string) => {
      const turns = [{ text, role: 'user', message_id }]
      return daemon.call('memory_capture_batch', { client: 'opencode', session_id, cwd: shop, turns })
    }
    await say('long', 'Let us build the walrus importer.', 'm1')
    for (let other = 0; other < limits.contextSessionsMax + 1; other++) {
      daemon.now += dayMs
      await say(`short-${other}`, `Fix typo number ${other} in the readme.`, 'm1')
    }
    daemon.now += dayMs
    await say('long', 'The walrus importer reads cp1252, not UTF-8.', 'm2')
    daemon.now += 3_600_000
    const before = await start({ client: 'codex' })
    expect(JSON.stringify(before)).toContain('cp1252')
    // Once the asking session is under way, sessions that go on stay where they were when it began.
    const turns = [{ text: 'Go on with the importer', role: 'user', message_id: 'n1' }]
    await daemon.call('memory_capture_batch', { client: 'codex', session_id: 'new', cwd: shop, turns })
    daemon.now += 1000
    await say('short-0', 'And one more typo.', 'm2')
    expect(await start({ client: 'codex', budget_tokens: 1_999 })).toEqual(before)
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

  test('a session that goes on in another project keeps what it says there to that project', async () => {
    const turns = [{ text: 'The zoo gate code is 4711, says the keeper.', role: 'user', message_id: 'z1' }]
    await daemon.call('memory_capture_batch', {
      client: 'opencode',
      session_id: 'old',
      cwd: '/home/ada/zoo',
      turns,
    })
    await daemon.call('session_exit', { session_id: 'old' })
    await daemon.call('memory_consolidate')
    expect(JSON.stringify(await start())).not.toContain('4711')
  })

  test('a fact told in another project leaves the bytes alone, also while other sessions talk', async () => {
    const before = await start()
    const turns = [{ text: 'And the walrus logs?', role: 'user', message_id: 'm3' }]
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 'new', cwd: shop, turns })
    daemon.now += 60_000
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 'old', cwd: shop, turns })
    await daemon.call('memory_capture', { text: 'Giraffes sleep standing.', cwd: '/home/ada/zoo' })
    expect(await start()).toEqual(before)
  })

  test('what is told and pinned outside any project stands in every one', async () => {
    await daemon.call('memory_capture', { text: 'Commit messages say why.' })
    expect((await start()).rich_club).toContain('Commit messages say why.')
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

  describe('together with consolidation', () => {
    const talk = (session_id: string, texts: readonly string[]): Promise<unknown> => {
      const turns = texts.map((text, index) => ({
        text,
        role: index % 2 === 0 ? 'user' : 'assistant',
        message_id: `${session_id}-${index}`,
      }))
      return daemon.call('memory_capture_batch', { client: 'codex', session_id, cwd: shop, turns })
    }

    test('the last session is digested at once, and the digest that comes later has the same bytes', async () => {
      await talk('s2', [
        'Can you tidy the walrus config?',
        'I moved the walrus config to YAML.',
        'Thanks, bye.',
      ])
      daemon.now += dayMs
      const before = await start()
      expect(before.l1).toContain(
        'asked “Can you tidy the walrus config?”; done “I moved the walrus config to YAML.”',
      )
      expect(await daemon.call('memory_consolidate')).toMatchObject({ summaries_created: 2, complete: true })
      expect(await start()).toEqual(before)
      expect(await start({ budget_tokens: 1_999 })).toEqual(before)
    })

    test('what was learned comes in front, marked as said once, in its project only', async () => {
      await talk('s2', ['Always run the walrus tests before committing.'])
      await talk('s3', ['Please use npm for the walrus.', 'Fine.', 'We switched from npm to pnpm.'])
      daemon.now += dayMs
      const before = await start({ session_id: 'waiting' })
      await daemon.call('memory_consolidate')
      const { rich_club } = await start({ session_id: 'waiting' })
      expect(before.rich_club).not.toContain('Always run')
      expect(rich_club).toContain(
        '- Always run the walrus tests before committing. (2026-03-03, user, said once)',
      )
      expect(JSON.stringify(await start({ cwd: '/home/ada/zoo' }))).not.toContain('walrus')
    })

    test('what is forgotten leaves no quotation behind, in front or below', async () => {
      await talk('s2', [
        'Always run the walrus tests before committing.',
        'TODO: feed the narwhal on Friday.',
      ])
      daemon.now += dayMs
      await daemon.call('memory_consolidate')
      expect(JSON.stringify(await start())).toMatch(/narwhal.*walrus tests/)
      const { memories } = await daemon.call('memory_list', { session_id: 's2', cwd: shop })
      const ids = memories.map((each: { id: string }) => each.id)
      await daemon.call('memory_forget', { ids })
      for (const again of [1, 2]) {
        expect(JSON.stringify(await start({ session_id: `after ${again}` }))).not.toMatch(
          /walrus tests|narwhal/,
        )
        const kinds = ['extract', 'fact', 'thread'] as const
        const rows = await Promise.all(
          kinds.map((kind) =>
            daemon.store.derived({ kind, project: shopProject, limit: 99, unranked: true }),
          ),
        )
        expect(JSON.stringify(rows)).not.toMatch(/walrus tests|narwhal|s2/)
        await daemon.call('memory_consolidate')
      }
    })

    test('a thirteenth key explains each line, when asked', async () => {
      const { explanation, ...rest } = await start({ explain: true })
      expect(rest).toEqual(await start())
      expect(explanation).toContainEqual({
        layer: 'l1',
        line: expect.stringContaining('“It listens on 5433'),
        memory_ids: [expect.stringContaining('id-'), expect.stringContaining('id-')],
        reason: 'one of the latest sessions here: what was asked and how it ended',
        tokens: expect.any(Number),
      })
    })
  })

  describe('handles', () => {
    const minimal = (params = {}): Promise<Record<string, string>> =>
      start({ wake_depth: 'minimal', ...params }) as Promise<Record<string, string>>
    const resolved = async (...ids: (string | undefined)[]) => daemon.call('memory_get', { ids })

    test('of a minimal context stand for what a standard one says', async () => {
      await daemon.call('profile_set', { knob: 'identity', value: 'Ada. Prefers plain SQL.' })
      const given = await minimal()
      const { handles, missing } = await resolved(
        given.identity_pointer,
        given.compact_handle,
        given.brain_handle,
      )
      expect(missing).toEqual([])
      expect(handles).toMatchObject([
        { stands_for: 'identity', text: 'Ada. Prefers plain SQL.', memory_ids: [] },
        { stands_for: 'context', text: expect.stringContaining('It listens on 5433') },
        { stands_for: 'session', text: 'new', memory_ids: [] },
      ])
      expect(handles[1].memory_ids).toHaveLength(2)
    })

    test('no longer resolve once what they stood for has changed', async () => {
      const { compact_handle } = await minimal()
      await daemon.call('memory_capture', { text: 'The walrus service moved to 6000.', cwd: shop })
      expect(await resolved(compact_handle)).toEqual({ memories: [], missing: [compact_handle] })
    })

    test('that two sessions share stand for neither', async () => {
      const { brain_handle } = await minimal({ session_id: 'the same beginning' })
      expect((await resolved(brain_handle)).missing).toEqual([])
      await minimal({ session_id: 'the same, but another' })
      expect((await resolved(brain_handle)).missing).toEqual([brain_handle])
    })
  })
})

test('a fact that is relied on leads, however many newer ones there are', async () => {
  const daemon = fixture()
  const { record_id } = await daemon.call('memory_capture', {
    text: 'The oldest walrus is called Olga.',
    cwd: shop,
  })
  for (let fact = 0; fact < limits.contextFactsMax + 5; fact += 1) {
    daemon.now += 1
    await daemon.call('memory_capture', { text: `Crate ${fact} holds oysters.`, cwd: shop })
  }
  const held = async () =>
    (await daemon.call('session_start_payload', { wake_depth: 'standard', cwd: shop })).rich_club
  expect(await held()).not.toContain('Olga')
  await daemon.call('memory_reinforce', { ids: [record_id] })
  expect((await held()).split('\n')[1]).toContain('Olga')
})

test('a first context asks the store in three rounds, whatever each has to wait for', async () => {
  const plain = createMemoryStore()
  let rounds = 0
  let isOpen = false
  /** Calls of one round are on their way together: answers come after all of them were asked. */
  const oneRound = async (answer: Promise<unknown>): Promise<unknown> => {
    if (!isOpen) rounds += 1
    isOpen = true
    await new Promise((resolve) => setImmediate(resolve))
    isOpen = false
    return answer
  }
  const store = new Proxy(plain, {
    get: (target, name) => {
      const method = target[name as keyof Store] as (...args: unknown[]) => Promise<unknown>
      return (...args: unknown[]) => (name === 'watch' ? method(...args) : oneRound(method(...args)))
    },
  })
  daemon = fixture(store)
  for (const session of ['s1', 's2']) {
    const turns = [{ text: `Said in ${session}, and long enough.`, role: 'user', message_id: session }]
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: session, cwd: shop, turns })
  }
  rounds = 0
  expect(JSON.stringify(await start({ client: 'opencode' }))).toContain('Said in s2')
  expect(rounds).toBe(3)
})
