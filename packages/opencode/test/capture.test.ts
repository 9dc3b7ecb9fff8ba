// What the plugin remembers: what was typed and answered, and nothing that nobody said.
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { setUp, spooled, texts } from './support/setting.ts'

describe('capture', () => {
  const said = '  leading spaces\n\n```ts\nconst a = "ü" // 👋\n```\n\ttab \u2028 end\n'

  test('keeps what was typed and answered, byte for byte, in order, with stable ids', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    const userId = await host.userSays('s1', said)
    const answerId = await host.assistantSays('s1', `${said}answer`)
    await host.hooks.dispose()
    expect(daemon.turns).toEqual([
      {
        client: 'opencode',
        session_id: 's1',
        cwd: '/home/ada/shop',
        text: said,
        role: 'user',
        message_id: `${userId}/prt_2`,
        said_at: expect.any(Number),
      },
      {
        client: 'opencode',
        session_id: 's1',
        cwd: '/home/ada/shop',
        text: `${said}answer`,
        role: 'assistant',
        message_id: answerId,
        said_at: expect.any(Number),
      },
    ])
  })

  test('sends as it goes, not at the end', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    await host.userSays('s1', 'right away')
    await eventually(() => expect(texts(daemon.turns)).toEqual(['right away']))
  })

  test('leaves out what nobody typed: synthetic, ignored and blank parts, and other kinds', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    await host.userSays(
      's1',
      { text: 'Called the Read tool', synthetic: true },
      { text: 'a note of the host', ignored: true },
      '  \n',
      { type: 'file', text: 'data' },
      'typed',
    )
    await host.assistantSays('s1', '   ')
    await host.hooks.dispose()
    expect(texts(daemon.turns)).toEqual(['typed'])
  })

  test('leaves out the summary that compaction writes', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    await host.assistantSays('s1', 'a summary', { summary: true })
    await host.assistantSays('s1', 'an answer')
    await host.hooks.dispose()
    expect(texts(daemon.turns)).toEqual(['an answer'])
  })

  test('keeps an answer that the user broke off, and what another plugin made of an answer', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    await host.assistantSays('s1', 'half an ans', { broken: true })
    await host.assistantSays('s1', 'the answer', { edited: 'the answer, edited' })
    await host.hooks.dispose()
    expect(texts(daemon.turns)).toEqual(['half an ans', 'the answer', 'the answer, edited'])
    expect(daemon.turns[1]?.message_id).toBe(daemon.turns[2]?.message_id)
  })

  test('does not take a fork, which copies finished messages, for a conversation', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('fork')
    const time = { created: 1, completed: 2 }
    const info = { id: 'msg_copy', sessionID: 'fork', role: 'assistant', time }
    await host.event('message.updated', { info })
    const part = { id: 'prt_copy', messageID: 'msg_copy', sessionID: 'fork', type: 'text', text: 'old' }
    await host.event('message.part.updated', { part: { ...part, time: { start: 1, end: 2 } } })
    await host.hooks.dispose()
    expect(daemon.turns).toEqual([])
  })

  test('of a sub-agent names its parent, and does not take the parent’s word for the user’s', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('parent')
    await host.newSession('child', 'parent')
    await host.userSays('child', 'find the bug')
    await host.assistantSays('child', 'found it')
    await host.hooks.dispose()
    expect(daemon.turns).toMatchObject([
      { role: 'assistant', speaker: 'delegating agent', parent_session_id: 'parent', text: 'find the bug' },
      { role: 'assistant', parent_session_id: 'parent', text: 'found it' },
    ])
    expect(daemon.turns[1]).not.toHaveProperty('speaker')
  })

  test('never mixes sessions in one batch, and says goodbye to each', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('a')
    await host.newSession('b')
    await Promise.all([host.userSays('a', 'one'), host.userSays('b', 'two'), host.userSays('a', 'three')])
    await host.hooks.dispose()
    const sessions = daemon.turns.map(({ session_id, text }) => `${session_id} ${text}`)
    expect(sessions.sort()).toEqual(['a one', 'a three', 'b two'])
    const goodbyes = daemon.calls.filter(({ what }) => what === 'session_exit')
    expect(goodbyes.map(({ params }) => `${params.client} ${params.session_id}`).sort()).toEqual([
      'opencode a',
      'opencode b',
    ])
  })

  test('spools a turn that is too large for one call, whole, and delivers its neighbours', async () => {
    const { host, daemon, dataDir } = await setUp()
    const huge = 'x'.repeat(2_000_000)
    await host.newSession('s1')
    await host.userSays('s1', 'before')
    await host.userSays('s1', huge)
    await host.userSays('s1', 'after')
    await host.hooks.dispose()
    expect(texts(daemon.turns)).toEqual(['before', 'after'])
    expect(texts(await spooled(dataDir))).toEqual([huge])
  })

  test('goes on when the host does not say whose session it is', async () => {
    const { host, daemon } = await setUp()
    host.trouble = 'throws'
    await host.userSays('unknown', 'hello')
    await host.hooks.dispose()
    expect(texts(daemon.turns)).toEqual(['hello'])
  })
})
