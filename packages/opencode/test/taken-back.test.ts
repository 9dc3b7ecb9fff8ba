// What the host undid, removed or deleted: told in its place among the turns, live or by the spool.
import { drainSpool } from '@iai-mcp/client/spool-drain'
import type { SessionNotice } from '@iai-mcp/client/spooled-turn'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { setUp, texts } from './support/setting.ts'

const session = { client: 'opencode', session_id: 's1' }

type Setting = Awaited<ReturnType<typeof setUp>>

function told(daemon: Setting['daemon']): readonly unknown[] {
  return daemon.calls.flatMap(({ what, params }) =>
    what.startsWith('session_') && what !== 'session_exit' && what !== 'session_context'
      ? [{ what, ...params }]
      : [],
  )
}

/** What waits, turns as their texts, in the order in which it is handed on. */
async function spooledInOrder(dataDir: string): Promise<unknown[]> {
  const seen: unknown[] = []
  const deliverNotice = async (notice: SessionNotice) => {
    seen.push(notice)
    return { kind: 'stored' } as const
  }
  await drainSpool({ dataDir, deliverNotice }, async ({ turns }) => {
    seen.push(...texts(turns))
    return { kind: 'stored' }
  })
  return seen
}

describe('what the host took back', () => {
  test('tells from which message on a session is undone, when that moves, and when it is redone', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    const undo = (revert?: object) =>
      host.event('session.updated', { info: { id: 's1', ...(revert && { revert }) } })
    await undo()
    await undo({ messageID: 'msg_4' })
    await undo({ messageID: 'msg_4' })
    await undo({ messageID: 'msg_2', partID: 'prt_3' })
    await undo()
    await host.hooks.dispose()
    const what = { what: 'session_take_back', ...session }
    expect(told(daemon)).toEqual([
      { ...what, from_message_id: 'msg_4' },
      { ...what, from_message_id: 'msg_2/prt_3' },
      { ...what, from_message_id: null },
    ])
  })

  test('tells once how a session stands that an earlier process may have left undone', async () => {
    const { host, daemon } = await setUp()
    await host.event('session.updated', { info: { id: 's1' } })
    await host.event('session.updated', { info: { id: 's1' } })
    await host.hooks.dispose()
    expect(told(daemon)).toEqual([{ what: 'session_take_back', ...session, from_message_id: null }])
  })

  test('tells which messages and parts were removed, and that a session was deleted', async () => {
    const { host, daemon } = await setUp()
    await host.event('message.removed', { sessionID: 's1', messageID: 'msg_2' })
    await host.event('message.part.removed', { sessionID: 's1', messageID: 'msg_3', partID: 'prt_4' })
    await host.event('session.deleted', { info: { id: 's1' } })
    await host.hooks.dispose()
    expect(told(daemon)).toEqual([
      { what: 'session_take_back', ...session, message_ids: ['msg_2'] },
      { what: 'session_take_back', ...session, message_ids: ['msg_3/prt_4'] },
      { what: 'session_take_back', ...session, from_message_id: '!' },
    ])
  })

  test('has a deleted session forgotten when asked to', async () => {
    const { host, daemon } = await setUp({ deletedSessions: 'forget' })
    await host.event('session.deleted', { info: { id: 's1' } })
    await host.hooks.dispose()
    expect(told(daemon)).toEqual([{ what: 'session_forget', ...session }])
  })

  test('keeps deleted sessions when asked to', async () => {
    const { host, daemon } = await setUp({ deletedSessions: 'keep' })
    await host.event('session.deleted', { info: { id: 's1' } })
    await host.hooks.dispose()
    expect(told(daemon)).toEqual([])
  })

  test('keeps a prompt that was edited as another form of the same message', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    const messageID = await host.userSays('s1', 'Use tabs')
    const part = { id: 'prt_2', messageID, sessionID: 's1', type: 'text', text: 'Use spaces' }
    await host.event('message.part.updated', { part })
    await host.event('message.part.updated', { part })
    await host.hooks.dispose()
    expect(texts(daemon.turns)).toEqual(['Use tabs', 'Use spaces'])
    expect(daemon.turns[1]?.message_id).toBe(daemon.turns[0]?.message_id)
  })

  test('spools it behind the turns it is about, while no daemon runs', async () => {
    const { host, daemon, dataDir } = await setUp({ deletedSessions: 'forget' })
    await daemon.stop()
    await host.newSession('s1')
    const id = await host.userSays('s1', 'Rewrite it in COBOL')
    await host.event('message.removed', { sessionID: 's1', messageID: id })
    await host.userSays('s1', 'Add retries')
    await host.event('session.deleted', { info: { id: 's1' } })
    await host.hooks.dispose()
    expect(await spooledInOrder(dataDir)).toEqual([
      'Rewrite it in COBOL',
      { notice: 'session_take_back', ...session, message_ids: [id] },
      'Add retries',
      { notice: 'session_forget', ...session },
    ])
  })

  test('spools it behind turns that wait from before, though a daemon answers by now', async () => {
    const { host, daemon, dataDir } = await setUp()
    await host.newSession('s1')
    daemon.mood = 'broken'
    const id = await host.userSays('s1', 'Rewrite it in COBOL')
    await eventually(() => expect(daemon.calls.length + host.log.length).toBeGreaterThan(0))
    daemon.mood = 'well'
    await host.event('message.removed', { sessionID: 's1', messageID: id })
    await host.hooks.dispose()
    expect(told(daemon)).toEqual([])
    expect(await spooledInOrder(dataDir)).toHaveLength(2)
  })
})
