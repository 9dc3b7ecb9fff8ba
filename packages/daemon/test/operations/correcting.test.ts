// What replaces another, said in so many words or proposed because both cannot hold.
import { beforeEach, describe, expect, test } from 'vitest'
import { dayMs, monday } from '../support/memories.ts'
import { type Fixture, fixture, recalled, shop } from './support.ts'

let daemon: Fixture
beforeEach(() => {
  daemon = fixture()
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
    expect(await recalled(daemon, 'walrus port')).toEqual(['Staging uses the walrus port 6000.'])
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

  test('what holds the quoted words stands first, though a part of it was corrected by what does not', async () => {
    await said(
      's1',
      'Ports of staging: the database listens on port 5433, the cache on port 6380. We use npm.',
      0,
    )
    await said('s2', 'We switched from npm to pnpm. The staging database still listens on its port.', 1)
    daemon.now = monday + 9 * dayMs
    await daemon.call('memory_consolidate')
    const ids = async (cue: string) =>
      (await daemon.call('memory_recall', { cue, cwd: shop })).hits.map(
        ({ message_id, exact, corrections }: { message_id: string; exact?: true; corrections: object[] }) => [
          message_id,
          exact,
          corrections.length,
        ],
      )
    expect(await ids('staging database listens port npm')).toEqual([
      ['s2', undefined, 0],
      ['s1', undefined, 1],
    ])
    expect(await ids('"listens on port 5433"')).toEqual([
      ['s1', true, 1],
      ['s2', undefined, 0],
    ])
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
