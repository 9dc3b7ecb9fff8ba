// What the plugin adds to the first prompt of a session, and that a prompt is neither held up nor lost for it.
import { describe, expect, test, vi } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import type { FakeHost } from '../../../test/support/fake-host.ts'
import { hurried, setUp, spooled, stopTimers, texts, watch } from './support/setting.ts'

describe('the first prompt', () => {
  const recalled = 'What follows is remembered …\n> The port is 5433.'
  const lastTexts = (host: FakeHost) => host.lastMessage.parts.map(({ text }) => text)

  test('brings back what is about it, behind what was typed, as a part that nobody typed', async () => {
    const { host, daemon } = await setUp()
    daemon.recalled = recalled
    await host.newSession('s1')
    const messageID = await host.userSays('s1', 'Which port?', 'On staging.')
    const [, typed, added] = host.lastMessage.parts
    expect(added).toEqual({
      id: expect.stringMatching(/^prt_/),
      messageID,
      sessionID: 's1',
      type: 'text',
      text: recalled,
      synthetic: true,
    })
    expect((added?.id ?? '') > (typed?.id ?? '')).toBe(true)
    expect(daemon.calls.find(({ what }) => what === 'prompt_recall')?.params).toEqual({
      prompt: 'Which port?\n\nOn staging.',
      session_id: 's1',
      client: 'opencode',
      cwd: '/home/ada/shop',
    })
    await host.hooks.dispose()
    expect(texts(daemon.turns)).toEqual(['Which port?', 'On staging.'])
  })

  test('is the first one only, of sessions of the user that began here', async () => {
    const { host, daemon } = await setUp()
    daemon.recalled = recalled
    await host.newSession('s1')
    await host.userSays('s1', 'Which port?')
    await host.userSays('s1', 'And which host?')
    expect(lastTexts(host)).toEqual(['And which host?'])
    await host.newSession('child', 's1')
    await host.userSays('child', 'Find the port.')
    expect(lastTexts(host)).toEqual(['Find the port.'])
    await host.userSays('resumed', 'Which port was it?')
    expect(lastTexts(host)).toEqual(['Which port was it?'])
    expect(daemon.calls.filter(({ what }) => what === 'prompt_recall')).toHaveLength(1)
  })

  test('stays as it is when nothing is about it, when nothing was typed, and when it is switched off', async () => {
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    await host.userSays('s1', 'Write a haiku.')
    expect(lastTexts(host)).toEqual(['Write a haiku.'])
    daemon.recalled = recalled
    await host.newSession('s2')
    await host.userSays('s2', { text: 'the Read tool said', synthetic: true })
    expect(lastTexts(host)).toEqual(['the Read tool said'])
    const off = await setUp({ recall: false })
    off.daemon.recalled = recalled
    await off.host.newSession('s1')
    await off.host.userSays('s1', 'Which port?')
    expect(lastTexts(off.host)).toEqual(['Which port?'])
    expect(off.daemon.calls.map(({ what }) => what)).not.toContain('prompt_recall')
  })

  test('is captured whatever the recall does: it hangs, is slow, is broken, or there is no daemon', async () => {
    for (const mood of ['hangs', 'broken', 'garbage', 'strange'] as const) {
      const { host, daemon, dataDir } = await setUp(hurried)
      daemon.mood = mood
      await host.newSession('s1')
      await host.userSays('s1', 'Which port?')
      expect(lastTexts(host), mood).toEqual(['Which port?'])
      await host.hooks.dispose()
      expect(texts(await spooled(dataDir)), mood).toEqual(['Which port?'])
    }
    const { host, daemon, dataDir } = await setUp()
    await daemon.stop()
    await host.newSession('s1')
    await host.userSays('s1', 'Which port?')
    expect(lastTexts(host)).toEqual(['Which port?'])
    await host.hooks.dispose()
    expect(texts(await spooled(dataDir))).toEqual(['Which port?'])
  })

  test('that is answered too late keeps neither the turns of its session nor its memory from the daemon', async () => {
    const { host, daemon, dataDir } = await setUp({ waitMs: 1_000 })
    daemon.recallMs = 5_000
    await host.newSession('s1')
    await host.userSays('s1', 'Which port?')
    expect((await host.modelCall('s1')).system[1]).toContain('likes tea')
    await host.assistantSays('s1', '6543, I think.')
    await eventually(() => expect(texts(daemon.turns)).toEqual(['Which port?', '6543, I think.']))
    expect(await spooled(dataDir)).toEqual([])
    await host.newSession('s2')
    expect((await host.modelCall('s2')).system[1]).toContain('likes tea')
  })

  test('waits no longer than a hook may, and what comes later is not added any more', async () => {
    const { host, daemon } = await setUp({ waitMs: 400 })
    daemon.recalled = recalled
    daemon.recallMs = 800
    await host.newSession('s1')
    await host.userSays('s1', 'Which port?')
    expect(lastTexts(host)).toEqual(['Which port?'])
    await new Promise((resolve) => setTimeout(resolve, 800))
    expect(lastTexts(host)).toEqual(['Which port?'])
  })

  test.each([
    ['300 ms', {}, 300],
    ['what the user sets', { waitMs: 2_000 }, 2_000],
  ])('is held for %s and no longer', async (_name, options, waitMs) => {
    const { host, daemon } = await setUp({ waitMs: undefined, ...options })
    daemon.mood = 'hangs'
    await host.newSession('s1')
    stopTimers()
    const saying = host.userSays('s1', 'Which port?')
    const said = watch(saying)
    // The call of the recall is given up a little sooner, and would let the hook go.
    await vi.advanceTimersByTimeAsync(waitMs - 11)
    expect(said.isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(11)
    await saying
  })
})
