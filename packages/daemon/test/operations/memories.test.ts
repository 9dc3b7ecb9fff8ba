import { beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../src/kit/errors.ts'
import { limits } from '../../src/kit/limits.ts'
import { dayMs, monday } from '../support/memories.ts'
import { type Fixture, fixture, shop, shopProject } from './support.ts'

let daemon: Fixture
beforeEach(() => {
  daemon = fixture()
})

const turn = (text: string, message_id: string, role = 'user'): object => ({ text, role, message_id })
const recalled = async (cue: string, scope: object = { cwd: shop }): Promise<string[]> =>
  (await daemon.call('memory_recall', { cue, ...scope })).hits.map(
    (hit: { literal_surface: string }) => hit.literal_surface,
  )

describe('capturing', () => {
  test('answers with exactly the keys of the contract', async () => {
    expect(await daemon.call('memory_capture', { text: 'Prices are in cents.', cwd: shop })).toEqual({
      status: 'inserted',
      record_id: 'id-0001',
      reason: 'new',
    })
  })

  test('every turn of a batch is found again, also after the first', async () => {
    const turns = [
      turn('The walrus service listens on 5433.', 'm1'),
      turn('The otter service listens on 5434.', 'm2'),
    ]
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 's1', cwd: shop, turns })
    expect((await recalled('otter'))[0]).toBe('The otter service listens on 5434.')
    expect((await recalled('walrus'))[0]).toBe('The walrus service listens on 5433.')
  })

  test.each(['   ', '\0\0', '\n\u200b'])('a blank text is refused with words: %j', async (text) => {
    const refusal = { code: 'invalid_params', message: expect.stringMatching(/it is blank; send words/) }
    await expect(daemon.call('memory_capture', { text, cwd: shop })).rejects.toMatchObject(refusal)
    const { record_id: id } = await daemon.call('memory_capture', { text: 'Lunch is at noon.', cwd: shop })
    await expect(daemon.call('memory_contradict', { id, new_fact: text })).rejects.toMatchObject(refusal)
    expect((await daemon.call('memory_list', { cwd: shop })).memories).toHaveLength(1)
  })

  test('a blank turn is skipped, and the turns around it are kept', async () => {
    const turns = [turn('before', 'm1'), turn(' \0', 'm2'), turn('', 'm3'), turn('after', 'm4')]
    const answer = await daemon.call('memory_capture_batch', {
      client: 'x',
      session_id: 's1',
      cwd: shop,
      turns,
    })
    expect(answer).toMatchObject({ inserted: 2, skipped: 2 })
    const blank = { status: 'skipped', record_id: null, reason: 'the turn is blank' }
    expect(answer.results).toMatchObject([{ record_id: 'id-0001' }, blank, blank, { record_id: 'id-0002' }])
    const texts = (await daemon.call('session_get', { session_id: 's1' })).memories
    expect(texts.map((memory: { text: string }) => memory.text)).toEqual(['before', 'after'])
  })

  test('sending a turn twice stores it once, whatever the cue says', async () => {
    const batch = { client: 'opencode', session_id: 's1', cwd: shop, turns: [turn('hello there', 'm1')] }
    await daemon.call('memory_capture_batch', batch)
    expect(await daemon.call('memory_capture_batch', batch)).toMatchObject({ inserted: 0, skipped: 1 })
  })

  test('port 8080 and port 8081 are two facts; the same fact again is noted', async () => {
    await daemon.call('memory_capture', { text: 'The web server uses port 8080.', cwd: shop })
    const other = await daemon.call('memory_capture', { text: 'The web server uses port 8081.', cwd: shop })
    daemon.now = monday + dayMs
    const again = await daemon.call('memory_capture', { text: 'the web server uses port 8080', cwd: shop })
    expect(other.status).toBe('inserted')
    expect(again).toMatchObject({ status: 'reinforced', record_id: 'id-0001' })
    const { memories } = await daemon.call('memory_get', { ids: ['id-0001'] })
    expect(memories[0].said_again).toEqual(['2026-03-03T09:00:00.000Z'])
  })

  test('a turn keeps its own time, not the time of import', async () => {
    const turns = [{ ...turn('An old thought', 'm1'), said_at: '2024-01-02T03:04:05Z' }]
    await daemon.call('memory_capture_batch', { client: 'import', session_id: 's1', cwd: shop, turns })
    const { memories } = await daemon.call('memory_list', { cwd: shop })
    expect(memories[0]).toMatchObject({
      said_at: '2024-01-02T03:04:05.000Z',
      stored_at: '2026-03-02T09:00:00.000Z',
    })
  })

  test('a sub-agent session knows its parent', async () => {
    const turns = [{ ...turn('Look for flaky tests', 'm1'), parent_session_id: 's-parent' }]
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 's1', cwd: shop, turns })
    expect((await daemon.call('session_get', { session_id: 's1' })).session.parent_session_id).toBe(
      's-parent',
    )
  })

  test('a fact from an older client is a fact: tier semantic', async () => {
    const { record_id } = await daemon.call('memory_capture', {
      text: 'We deploy on Tuesdays.',
      tier: 'semantic',
      role: 'user',
      cue: 'session_turn',
    })
    expect((await daemon.call('memory_get', { ids: [record_id] })).memories[0].kind).toBe('fact')
  })
})

describe('projects stay apart', () => {
  beforeEach(async () => {
    await daemon.call('memory_capture', { text: 'The giraffe token rotates weekly.', cwd: shop })
    await daemon.call('memory_capture', {
      text: 'The giraffe mascot is called Gerald.',
      cwd: '/home/ada/zoo',
    })
    await daemon.call('memory_capture', { text: 'Ada likes giraffe stickers.', project: 'global' })
  })

  test('recall sees the own project and what belongs to none', async () => {
    expect((await recalled('giraffe')).toSorted()).toEqual([
      'Ada likes giraffe stickers.',
      'The giraffe token rotates weekly.',
    ])
  })

  test('crossing over is asked for by name', async () => {
    expect(await recalled('giraffe', { all_projects: true })).toHaveLength(3)
  })

  test('a caller without a project sees only what belongs to none', async () => {
    expect(await recalled('giraffe', {})).toEqual(['Ada likes giraffe stickers.'])
  })

  test('a known session speaks for its project', async () => {
    const turns = [turn('Anything about giraffe housing?', 'm1')]
    await daemon.call('memory_capture_batch', {
      client: 'opencode',
      session_id: 's9',
      cwd: '/home/ada/zoo',
      turns,
    })
    expect(await recalled('mascot', { session_id: 's9', client: 'opencode' })).toEqual([
      'The giraffe mascot is called Gerald.',
    ])
  })
})

describe('reading writes nothing', () => {
  const reads: readonly (readonly [method: string, params: object])[] = [
    ['memory_recall', { cue: 'giraffe' }],
    ['memory_list', {}],
    ['memory_export', {}],
    ['session_list', {}],
    ['session_start_payload', { session_id: 's1', wake_depth: 'standard' }],
  ]
  test.each(reads)('%s answers about a new directory when nothing can be written', async (method, params) => {
    daemon.store.putProject = () => Promise.reject(new AppError('disk_full', 'no space left'))
    await expect(daemon.call(method, { ...params, cwd: '/home/ada/never-seen' })).resolves.toBeTruthy()
  })

  test('only what is captured makes a project known', async () => {
    for (const [method, params] of reads) await daemon.call(method, { ...params, cwd: `/home/ada/${method}` })
    expect(await daemon.store.projects()).toEqual([])
    await daemon.call('memory_capture', { text: 'Prices are in cents.', cwd: shop })
    const turns = [turn('Where are the prices?', 'm1')]
    await daemon.call('memory_capture_batch', { session_id: 's1', cwd: '/home/ada/zoo', turns })
    expect((await daemon.store.projects()).map(({ key }) => key)).toEqual([
      shopProject,
      'git:example.org/ada/zoo',
    ])
  })
})

describe('correcting', () => {
  test('the new fact is found, the old one is not current any more', async () => {
    const { record_id } = await daemon.call('memory_capture', {
      text: 'Staging uses the walrus port 5433.',
      cwd: shop,
    })
    const answer = await daemon.call('memory_contradict', {
      id: record_id,
      new_fact: 'Staging uses the walrus port 6000.',
    })
    expect(answer).toEqual({
      original_id: record_id,
      new_record_id: 'id-0002',
      edge_type: 'contradicts',
      ts: '2026-03-02T09:00:00.000Z',
    })
    expect(await recalled('walrus port')).toEqual(['Staging uses the walrus port 6000.'])
    expect((await daemon.call('memory_get', { ids: [record_id] })).memories[0]).toMatchObject({
      superseded_by: 'id-0002',
    })
    await expect(
      daemon.call('memory_contradict', { id: record_id, new_fact: 'again' }),
    ).rejects.toMatchObject({
      code: 'invalid_params',
      message: `memory ${record_id} is already superseded by id-0002; contradict that one`,
    })
  })

  const facts = async (): Promise<string[]> =>
    (await daemon.call('memory_list', { cwd: shop })).memories.map((memory: { text: string }) => memory.text)

  test('of corrections at the same time one counts, and one fact is current', async () => {
    const { record_id: id } = await daemon.call('memory_capture', { text: 'Lunch is at noon.', cwd: shop })
    const answers = await Promise.allSettled(
      ['one', 'two', 'three'].map((hour) =>
        daemon.call('memory_contradict', { id, new_fact: `Lunch is at ${hour}.` }),
      ),
    )
    const [first, ...others] = answers
    expect(first).toMatchObject({ status: 'fulfilled', value: { original_id: id } })
    for (const other of others) {
      expect(other).toMatchObject({
        reason: { message: `memory ${id} is already superseded by id-0002; contradict that one` },
      })
    }
    expect(await facts()).toEqual(['Lunch is at one.'])
  })

  test('a correction is held to the rules of capturing', async () => {
    const { record_id: id } = await daemon.call('memory_capture', { text: 'Lunch is at noon.', cwd: shop })
    const { record_id: secret } = await daemon.call('memory_capture', {
      text: 'Lunch is at the embassy.',
      cwd: shop,
    })
    await daemon.call('memory_forget', { id: secret })
    const correct = (new_fact: string): Promise<unknown> => daemon.call('memory_contradict', { id, new_fact })
    await expect(correct('lunch is at the embassy')).rejects.toMatchObject({
      code: 'invalid_params',
      message: expect.stringMatching(/forgotten on request.*nothing was changed/),
    })
    await expect(correct('LUNCH is at noon!')).rejects.toMatchObject({
      code: 'invalid_params',
      message: expect.stringMatching(/says what memory .* says; say what holds instead/),
    })
    expect(await facts()).toEqual(['Lunch is at noon.'])
  })

  test('a fact that is held already takes the place, pin and all', async () => {
    const capture = async (text: string): Promise<string> =>
      (await daemon.call('memory_capture', { text, cwd: shop })).record_id
    const wrong = await capture('Staging is called otter.')
    const right = await capture('Staging is called heron.')
    await daemon.call('memory_pin', { id: wrong })
    daemon.now = monday + dayMs
    const answer = await daemon.call('memory_contradict', { id: wrong, new_fact: 'Staging is called heron' })
    expect(answer).toMatchObject({ new_record_id: right, ts: '2026-03-03T09:00:00.000Z' })
    const { memories } = await daemon.call('memory_list', { cwd: shop })
    expect(memories).toMatchObject([
      { id: right, pin: 'project', said_again: ['2026-03-03T09:00:00.000Z'], superseded_by: null },
    ])
  })

  test('an unknown id is said to be unknown', async () => {
    await expect(daemon.call('memory_contradict', { id: 'nope', new_fact: 'x' })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
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
    expect(await recalled('locker')).toEqual([])
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

describe('the profile, sessions and figures', () => {
  test('knobs are kept and checked', async () => {
    expect(await daemon.call('profile_set', { knob: 'identity', value: 'Ada, engineer' })).toEqual({
      status: 'ok',
      knob: 'identity',
      value: 'Ada, engineer',
    })
    expect(await daemon.call('profile_get', { knob: 'identity' })).toEqual({ identity: 'Ada, engineer' })
    expect(Object.keys(await daemon.call('profile_get')).toSorted()).toEqual([
      'identity',
      'literal_preservation',
      'task_support',
      'wake_depth',
    ])
    await expect(daemon.call('profile_set', { knob: 'wake_depth', value: 'abyss' })).rejects.toMatchObject({
      code: 'invalid_params',
    })
    await expect(daemon.call('profile_set', { knob: 'mood', value: 'x' })).rejects.toMatchObject({
      code: 'invalid_params',
    })
  })

  test('a session is listed, read in order, and closed', async () => {
    const turns = [turn('Why is the build red?', 'm1'), turn('A missing import.', 'm2', 'assistant')]
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 's1', cwd: shop, turns })
    const { sessions } = await daemon.call('session_list', { cwd: shop })
    expect(sessions).toMatchObject([
      { session_id: 's1', project: shopProject, title: 'Why is the build red?', turns: 2, closed_at: null },
    ])
    expect(await daemon.call('session_exit', { session_id: 's1' })).toEqual({
      session_id: 's1',
      status: 'closed',
    })
    expect(await daemon.call('session_exit', { session_id: 'nope' })).toEqual({
      session_id: 'nope',
      status: 'unknown',
    })
    const got = await daemon.call('session_get', { session_id: 's1' })
    expect(got.session.closed_at).toBe('2026-03-02T09:00:00.000Z')
    expect(got.memories.map((memory: { text: string }) => memory.text)).toEqual([
      'Why is the build red?',
      'A missing import.',
    ])
  })

  test('topology says N and is null where nothing is computed', async () => {
    await daemon.call('memory_capture', { text: 'One.' })
    expect(await daemon.call('topology')).toEqual({
      N: 1,
      C: null,
      L: null,
      sigma: null,
      community_count: null,
      rich_club_ratio: null,
      regime: null,
    })
  })
})

describe('conflicts', () => {
  const said = (session_id: string, text: string, day: number): Promise<unknown> =>
    daemon.call('memory_capture_batch', {
      client: 'opencode',
      session_id,
      cwd: shop,
      turns: [{ text, role: 'user', message_id: session_id, said_at: monday + day * dayMs }],
    })

  test('are proposed, not applied; what says in words that it replaces another is settled', async () => {
    await said('s1', 'The staging database listens on port 5433.', 0)
    await said('s2', 'The staging database listens on port 5434.', 1)
    await said('s3', 'We use npm.', 2)
    await said('s4', 'We switched from npm to pnpm.', 3)
    daemon.now = monday + 9 * dayMs
    expect(await daemon.call('memory_conflicts', { cwd: shop })).toEqual({ conflicts: [] })
    await daemon.call('memory_consolidate')
    const { conflicts } = await daemon.call('memory_conflicts', { cwd: shop })
    expect(conflicts).toEqual([
      {
        settled: false,
        kind: 'port',
        about: expect.stringContaining('stage'),
        old_value: '5433',
        new_value: '5434',
        older: {
          memory_id: expect.any(String),
          text: 'The staging database listens on port 5433.',
          role: 'user',
          said_at: '2026-03-02T09:00:00.000Z',
        },
        newer: expect.objectContaining({ text: 'The staging database listens on port 5434.' }),
      },
    ])
    const [older] = (await daemon.call('memory_get', { ids: [conflicts[0].older.memory_id] })).memories
    expect(older.superseded_by).toBeNull()
    const all = (await daemon.call('memory_conflicts', { cwd: shop, replaced: true })).conflicts
    expect(all.map((each: { settled: boolean }) => each.settled)).toEqual([true, false])

    const recalled = async (cue: string) => (await daemon.call('memory_recall', { cue, cwd: shop })).hits
    const marksOf = (
      hits: { literal_surface: string; corrections: object[]; reason: string }[],
      text: string,
    ) => hits.find(({ literal_surface }) => literal_surface === text)
    const ports = await recalled('staging database port')
    expect(marksOf(ports, 'The staging database listens on port 5433.')).toMatchObject({
      reason: expect.stringMatching(/; perhaps out of date since 2026-03-03$/),
      corrections: [
        {
          of: older.id,
          record_id: conflicts[0].newer.memory_id,
          said_at: '2026-03-03T09:00:00.000Z',
          old_value: '5433',
          new_value: '5434',
          settled: false,
        },
      ],
    })
    expect(marksOf(ports, 'The staging database listens on port 5434.')?.corrections).toEqual([])
    expect(marksOf(await recalled('npm'), 'We use npm.')).toMatchObject({
      reason: expect.stringMatching(/; corrected 2026-03-05$/),
      corrections: [{ old_value: 'npm', new_value: 'pnpm', settled: true }],
    })

    await daemon.call('memory_contradict', { id: older.id, new_fact: conflicts[0].newer.text })
    await daemon.call('memory_consolidate')
    expect(await daemon.call('memory_conflicts', { cwd: shop })).toEqual({ conflicts: [] })
  })

  test('that are none are dismissed, and not proposed again however often they are derived', async () => {
    const turns = (text: string, id: string) => [{ text, role: 'user', message_id: id }]
    const say = (session_id: string, text: string) =>
      daemon.call('memory_capture_batch', { session_id, client: 'cli', cwd: shop, turns: turns(text, 'm') })
    await say('d1', 'The upload limit is 20 MB.')
    await say('d2', 'The upload limit is 50 MB.')
    daemon.now += 3_600_000
    await daemon.call('memory_consolidate')
    const [conflict] = (await daemon.call('memory_conflicts', { cwd: shop })).conflicts
    const pair = { older: conflict.older.memory_id, newer: conflict.newer.memory_id }
    expect(await daemon.call('memory_conflict_dismiss', pair)).toEqual({ dismissed: true })
    expect((await daemon.call('memory_conflicts', { cwd: shop })).conflicts).toEqual([])
    await say('d3', 'The walrus sleeps.')
    daemon.now += 3_600_000
    await daemon.call('memory_consolidate')
    expect((await daemon.call('memory_conflicts', { cwd: shop })).conflicts).toEqual([])
    await daemon.store.deriveAnew(99)
    await daemon.call('memory_consolidate')
    expect((await daemon.call('memory_conflicts', { cwd: shop })).conflicts).toEqual([])
    await expect(daemon.call('memory_conflict_dismiss', pair)).rejects.toMatchObject({ code: 'not_found' })
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
