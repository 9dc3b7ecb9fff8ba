// What the plugin puts into a system prompt, when it asks for it, and which prompts it leaves alone.
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { setUp } from './support/setting.ts'

describe('the system prompt', () => {
  test('gets the session context as one more entry, and keeps its own first', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    const call = await host.modelCall('s1')
    expect(call.system).toEqual(['You are opencode, a tool.', '## L0 Identity\nlikes tea'])
    expect(daemon.calls[0]?.params).toEqual({
      format: 'text',
      session_id: 's1',
      client: 'opencode',
      wake_depth: 'standard',
      cwd: '/home/ada/shop',
    })
  })

  test('carries the same bytes for the whole session, whatever the daemon learns meanwhile', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    const first = await host.modelCall('s1')
    daemon.context = 'something newer'
    expect((await host.modelCall('s1')).system).toEqual(first.system)
    await host.newSession('s2')
    expect((await host.modelCall('s2')).system[1]).toBe('something newer')
    expect(daemon.calls.filter(({ what }) => what === 'session_context')).toHaveLength(2)
  })

  test('is asked for as soon as the user has spoken, and once', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    const asked = () => daemon.calls.filter(({ what }) => what === 'session_context')
    await host.userSays('s1', 'hello')
    await eventually(() => expect(asked()).toHaveLength(1))
    expect((await host.modelCall('s1')).system).toHaveLength(2)
    expect(asked()).toHaveLength(1)
  })

  test('stays as it is while there is nothing to remember', async () => {
    const { host, daemon } = await setUp()
    daemon.context = ''
    await host.newSession('s1')
    expect((await host.modelCall('s1')).system).toHaveLength(1)
    expect((await host.modelCall('s1')).system).toHaveLength(1)
    expect(daemon.calls).toHaveLength(1)
  })

  test.each([
    'You are a title generator. You output ONLY a thread title.',
    'You are a context summarization agent. You are given …',
    'Summarize what was done in this conversation. Write like …',
  ])('of a housekeeping call stays as it is: %s', async (opening) => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    expect((await host.modelCall('s1', opening)).system).toEqual([opening])
    expect(daemon.calls).toEqual([])
  })

  test('of a title call with the user’s own prompt stays as it is, too', async () => {
    const { host } = await setUp()
    await host.hooks.config({ agent: { title: { prompt: 'Name this chat.' }, build: { prompt: 'Build.' } } })
    await host.newSession('s1')
    expect((await host.modelCall('s1', 'Name this chat.\nMore.')).system).toHaveLength(1)
    expect((await host.modelCall('s1', 'Build.')).system).toHaveLength(2)
  })

  test('stays as it is without a session', async () => {
    const { host } = await setUp()
    expect((await host.modelCall(undefined)).system).toHaveLength(1)
  })

  test('of a sub-agent gets a small slice', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('parent')
    await host.newSession('child', 'parent')
    expect((await host.modelCall('child')).system).toHaveLength(2)
    expect(daemon.calls[0]?.params).toMatchObject({ session_id: 'child', budget_tokens: '500' })
  })

  test('of a sub-agent begun before this process gets a small slice, too', async () => {
    const { host, daemon } = await setUp()
    host.parents.set('child', 'parent')
    await host.modelCall('child')
    expect(daemon.calls[0]?.params).toMatchObject({ budget_tokens: '500' })
  })

  test('honours depth and budget', async () => {
    const { host, daemon } = await setUp({ depth: 'deep', budgetTokens: 123 })
    await host.newSession('s1')
    await host.modelCall('s1')
    expect(daemon.calls[0]?.params).toMatchObject({ wake_depth: 'deep', budget_tokens: '123' })
  })
})
