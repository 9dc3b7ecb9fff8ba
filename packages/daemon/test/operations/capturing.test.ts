// What is taken in, and under which terms it is the same as what is there.
import { beforeEach, describe, expect, test } from 'vitest'
import { dayMs, monday } from '../support/memories.ts'
import { type Fixture, fixture, recalled, shop, turn } from './support.ts'

let daemon: Fixture
beforeEach(() => {
  daemon = fixture()
})

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
    expect((await recalled(daemon, 'otter'))[0]).toBe('The otter service listens on 5434.')
    expect((await recalled(daemon, 'walrus'))[0]).toBe('The walrus service listens on 5433.')
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
