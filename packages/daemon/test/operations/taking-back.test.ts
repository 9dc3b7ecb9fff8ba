// What a host undid, removed or deleted: history, and nothing that leads a session or an answer.
import { beforeEach, describe, expect, test } from 'vitest'
import { dayMs, monday } from '../support/memories.ts'
import { type Fixture, fixture, shop } from './support.ts'

const ofSession = { client: 'opencode', session_id: 's1' }
let daemon: Fixture

interface Hit {
  readonly literal_surface: string
  readonly superseded_by: string | null
  readonly valid_to: string | null
}

const say = (session_id: string, texts: readonly (readonly [id: string, role: string, text: string])[]) =>
  daemon.call('memory_capture_batch', {
    client: 'opencode',
    session_id,
    cwd: shop,
    turns: texts.map(([message_id, role, text], index) => ({
      text,
      role,
      message_id: `${message_id}/prt`,
      said_at: monday + index * 1_000,
    })),
  })

/** What stands in front of the next session, in all its layers. */
async function front(): Promise<string> {
  daemon.now = monday + dayMs
  await daemon.call('memory_consolidate', {})
  const payload = await daemon.call('session_start_payload', {
    session_id: 'next',
    client: 'opencode',
    cwd: shop,
    wake_depth: 'standard',
  })
  return JSON.stringify([payload.l0, payload.l1, payload.l2, payload.rich_club])
}

beforeEach(async () => {
  daemon = fixture()
  await say('s1', [
    ['msg_1', 'user', 'Please set up the queue for the mailer.'],
    ['msg_2', 'assistant', 'We decided to use RabbitMQ for the queue.'],
    ['msg_3', 'user', 'We decided to rewrite everything in COBOL. Always use COBOL here.'],
    ['msg_4', 'assistant', 'I switched us from TypeScript to COBOL.'],
  ])
})

describe('words that were taken back', () => {
  test('lead no session, and lead again when they are given back', async () => {
    expect(await front()).toContain('COBOL')
    expect(await daemon.call('session_take_back', { ...ofSession, from_message_id: 'msg_3' })).toEqual({
      taken_back: 2,
      restored: 0,
    })
    expect(await front()).not.toContain('COBOL')
    expect(await front()).toContain('RabbitMQ')
    expect(await daemon.call('session_take_back', { ...ofSession, from_message_id: null })).toEqual({
      taken_back: 0,
      restored: 2,
    })
    expect(await front()).toContain('COBOL')
  })

  test('stay in the history, marked, and come below what holds', async () => {
    await say('s2', [['msg_9', 'user', 'We decided to keep COBOL out of the house.']])
    await daemon.call('session_take_back', { ...ofSession, message_ids: ['msg_3', 'msg_4'] })
    const cue = 'we decided to rewrite everything in COBOL'
    const { hits, anti_hits } = await daemon.call('memory_recall', { cue, cwd: shop })
    const surfaces = (found: readonly Hit[]) => found.map(({ literal_surface }) => literal_surface).join('\n')
    expect(surfaces(hits)).toContain('keep COBOL out')
    expect(surfaces(hits)).not.toContain('rewrite everything')
    expect(surfaces(anti_hits)).toContain('rewrite everything')
    expect(anti_hits[0]).toMatchObject({ superseded_by: null, valid_to: expect.any(String) })
    expect(JSON.stringify(await daemon.call('session_get', { ...ofSession }))).toContain('rewrite everything')
  })

  test('stay taken back when an import brings them later', async () => {
    await daemon.call('session_take_back', { client: 'opencode', session_id: 's3', message_ids: ['msg_7'] })
    await say('s3', [['msg_7', 'user', 'Always deploy straight to production.']])
    expect(await front()).not.toContain('production')
  })

  test('are no memory that can be corrected', async () => {
    await daemon.call('session_take_back', { ...ofSession, message_ids: ['msg_3'] })
    const { memories } = await daemon.call('memory_list', { all_projects: true, include_superseded: true })
    const { id } = memories.find((memory: { text: string }) => memory.text.includes('rewrite everything'))
    await expect(daemon.call('memory_contradict', { id, new_fact: 'We use Rust.' })).rejects.toThrow(
      'taken back',
    )
  })
})

describe('a session that its host deleted', () => {
  test('is forgotten: its turns, in front and in recall, and does not come back', async () => {
    await say('s1', [
      ['msg_5', 'user', 'My diagnosis is private: please help me write to Doctor Miller about it.'],
    ])
    expect(await daemon.call('session_forget', ofSession)).toEqual({ count: 5, complete: true })
    expect(await front()).not.toMatch(/COBOL|Miller|RabbitMQ/)
    expect((await daemon.call('memory_recall', { cue: 'Doctor Miller', cwd: shop })).hits).toEqual([])
    const again = await say('s1', [['msg_6', 'user', 'Late words from the spool about Doctor Miller.']])
    expect(again).toMatchObject({ inserted: 0, skipped: 1 })
    // Who deletes a session to begin anew often says the same.
    expect(await say('s2', [['msg_1', 'user', 'Please set up the queue for the mailer.']])).toMatchObject({
      inserted: 1,
    })
  })

  test('leaves what was kept expressly: facts, and what is pinned', async () => {
    await daemon.call('memory_capture', {
      ...ofSession,
      cwd: shop,
      text: 'Staging listens on 5433.',
      role: 'note',
    })
    const { memories } = await daemon.call('memory_list', { all_projects: true })
    const pinned = memories.find((memory: { text: string }) => memory.text.includes('RabbitMQ'))
    await daemon.call('memory_pin', { id: pinned.id, pin: 'project' })
    await daemon.call('session_forget', ofSession)
    const left = await daemon.call('memory_list', { all_projects: true })
    expect(left.memories.map(({ text }: { text: string }) => text).sort()).toEqual([
      'Staging listens on 5433.',
      'We decided to use RabbitMQ for the queue.',
    ])
  })

  test.each(['session_take_back', 'session_forget'])('%s needs a session', async (method) => {
    await expect(daemon.call(method, { client: 'opencode', session_id: '-' })).rejects.toThrow(
      'is no session',
    )
  })
})
