// The plugin against a host and a daemon that are both stand-ins: what it puts into prompts, what it remembers, and
// that nothing the daemon does is ever felt by the user.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drainSpool } from '@iai-mcp/client/spool-drain'
import type { CaptureTurn } from '@iai-mcp/client/wire'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { type FakeDaemon, startFakeDaemon } from '../../../test/support/fake-daemon.ts'
import { FakeHost } from '../../../test/support/fake-host.ts'
import { tempDir } from '../../../test/support/temp-dir.ts'
import plugin from '../src/plugin.ts'

interface Setting {
  readonly host: FakeHost
  readonly daemon: FakeDaemon
  readonly dataDir: string
}

async function setUp(options: Readonly<Record<string, unknown>> = {}): Promise<Setting> {
  const dataDir = join(await tempDir(), 'data')
  const daemon = await startFakeDaemon(dataDir)
  onTestFinished(() => daemon.kill())
  daemon.context = '## L0 Identity\nlikes tea'
  const host = new FakeHost()
  await host.load(plugin.server, { dataDir, waitMs: patient, ...options })
  return { host, daemon, dataDir }
}

/** Waits for the daemon, so that a machine out of breath changes nothing; what is given up early has tests of its own. */
const patient = 15_000
/** Waits for nothing that is not there almost at once. */
const hurried = { waitMs: 100 }

/** From here on no timer fires but by `vi.advanceTimersByTimeAsync`; what needs one hangs. */
function stopTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

/** Whether `work` has ended. */
function watch(work: Promise<unknown>): { isOver: boolean } {
  const watched = { isOver: false }
  void work.finally(() => {
    watched.isOver = true
  })
  return watched
}

async function spooled(dataDir: string): Promise<CaptureTurn[]> {
  const turns: CaptureTurn[] = []
  await drainSpool({ dataDir }, async (batch) => {
    turns.push(...batch.turns)
    return { kind: 'stored' }
  })
  return turns
}

const texts = (turns: readonly { readonly text: string }[]) => turns.map(({ text }) => text)

test('the module has one default export with an id and a server', async () => {
  const module = await import('../src/plugin.ts')
  expect(Object.keys(module)).toEqual(['default'])
  expect(Object.keys(module.default).sort()).toEqual(['id', 'server'])
  expect(module.default.id).toBe('iai-mcp')
})

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

describe('without a daemon', () => {
  test('is silent, and keeps the turns until one takes them', async () => {
    const { host, daemon, dataDir } = await setUp()
    await daemon.stop()
    await host.newSession('s1')
    expect((await host.modelCall('s1')).system).toHaveLength(1)
    await host.userSays('s1', '  typed in vain?\n')
    await host.assistantSays('s1', 'no')
    await host.hooks.dispose()
    expect(host.log).toEqual([])
    expect(texts(await spooled(dataDir))).toEqual(['  typed in vain?\n', 'no'])
  })

  test('and without a data directory, too', async () => {
    const dataDir = join(await tempDir(), 'never', 'made')
    const host = new FakeHost()
    await host.load(plugin.server, { dataDir })
    await host.newSession('s1')
    await host.userSays('s1', 'first words')
    await host.hooks.dispose()
    expect(host.log).toEqual([])
    expect(texts(await spooled(dataDir))).toEqual(['first words'])
  })

  test('picks a daemon up as soon as there is one, on whatever port', async () => {
    const { host, daemon, dataDir } = await setUp()
    await host.newSession('s1')
    await daemon.kill()
    expect((await host.modelCall('s1')).system).toHaveLength(1)
    const second = await startFakeDaemon(dataDir)
    onTestFinished(() => second.kill())
    second.context = 'back again'
    expect((await host.modelCall('s1')).system[1]).toBe('back again')
    await second.rotateToken()
    await host.userSays('s1', 'with the new token')
    await host.hooks.dispose()
    expect(texts(second.turns)).toEqual(['with the new token'])
  })
})

describe('a daemon in trouble is not felt', () => {
  test('hanging: one call is held for the cap, the next ones for nothing, the turns are spooled', async () => {
    const { host, daemon, dataDir } = await setUp(hurried)
    daemon.mood = 'hangs'
    await host.newSession('s1')
    await host.userSays('s1', 'kept')
    stopTimers()
    for (let call = 0; call < 2; call += 1) expect((await host.modelCall('s1')).system).toHaveLength(1)
    vi.useRealTimers()
    await host.hooks.dispose()
    expect(texts(await spooled(dataDir))).toEqual(['kept'])
  })

  test('slow: what comes too late for one call serves the next', async () => {
    const { host, daemon } = await setUp(hurried)
    host.trouble = 'hangs' // whose session it is takes longer to learn than a hook may take
    const late = await host.modelCall('s1')
    expect(late.system).toHaveLength(1)
    await eventually(async () => expect((await host.modelCall('s1')).system).toHaveLength(2))
    expect(daemon.calls.filter(({ what }) => what === 'session_context')).toHaveLength(1)
  })

  test.each(['garbage', 'strange', 'broken'] as const)(
    'answering %s: nothing is injected, the turns are spooled, one line each says so',
    async (mood) => {
      const { host, daemon, dataDir } = await setUp()
      daemon.mood = mood
      await host.newSession('s1')
      expect((await host.modelCall('s1')).system).toHaveLength(1)
      expect((await host.modelCall('s1')).system).toHaveLength(1)
      await host.userSays('s1', 'one')
      await host.userSays('s1', 'two')
      await host.hooks.dispose()
      expect(texts(await spooled(dataDir))).toEqual(['one', 'two'])
      expect(host.log).toHaveLength(1)
      expect(host.log[0]).toMatch(/^warn iai-mcp: session context: /)
    },
  )

  test('is left alone for a while after a failure, then asked again', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_000 })
    onTestFinished(() => void vi.useRealTimers())
    const { host, daemon } = await setUp()
    await host.newSession('s1')
    daemon.mood = 'broken'
    await host.modelCall('s1')
    daemon.mood = 'well'
    vi.setSystemTime(1_700_000_029_000)
    expect((await host.modelCall('s1')).system).toHaveLength(1)
    expect(daemon.calls).toEqual([])
    vi.setSystemTime(1_700_000_031_000)
    expect((await host.modelCall('s1')).system).toHaveLength(2)
  })

  test('stopping while the daemon hangs takes a bounded time and loses nothing', async () => {
    const { host, daemon, dataDir } = await setUp(hurried)
    daemon.mood = 'hangs'
    await host.newSession('s1')
    await host.userSays('s1', 'last words')
    stopTimers()
    const stopping = host.hooks.dispose()
    const stopped = watch(stopping)
    await vi.advanceTimersByTimeAsync(1_499)
    expect(stopped.isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    // Writing takes what the disk takes; no timer is needed for it, nor for a goodbye to a daemon that hangs.
    await stopping
    vi.useRealTimers()
    expect(texts(await spooled(dataDir))).toEqual(['last words'])
  })

  test('a spool that cannot be written is said once, and the host goes on', async () => {
    const file = join(await tempDir(), 'a-file')
    await writeFile(file, '')
    const host = new FakeHost()
    await host.load(plugin.server, { dataDir: file })
    await host.newSession('s1')
    await host.userSays('s1', 'one')
    await host.userSays('s1', 'two')
    await host.hooks.dispose()
    expect(host.log.filter((line) => line.includes('spool'))).toHaveLength(1)
    expect(host.log.join('\n')).toContain('not remembered until this is mended')
    expect(host.log.join('\n')).not.toContain('one')
  })
})

describe('objects from the host that are not what they should be', () => {
  test('throw nothing', async () => {
    const { host } = await setUp()
    const hooks = host.hooks as unknown as Record<string, (...args: unknown[]) => Promise<void>>
    for (const name of Object.keys(hooks).filter((name) => name !== 'dispose')) {
      for (const [input, output] of [
        [{}, {}],
        [undefined, undefined],
        [{ event: {} }, { parts: 1 }],
      ]) {
        await expect(hooks[name]?.(input, output)).resolves.toBeUndefined()
      }
    }
    await host.event('message.updated', {})
    await host.event('message.part.updated', { part: {} })
    await host.event('session.created', {})
  })
})

describe('compaction', () => {
  test('is told about the memory when there is one', async () => {
    const { host } = await setUp()
    await host.newSession('s1')
    await host.modelCall('s1')
    const output = { context: ['what another plugin says'] }
    await host.hooks['experimental.session.compacting']({ sessionID: 's1' }, output)
    expect(output.context).toHaveLength(2)
    expect(output.context[1]).toContain('long-term memory')
    expect(output.context[1]).not.toContain('likes tea')
  })

  test('is told nothing when the session has no memory', async () => {
    const { host, daemon } = await setUp()
    await daemon.stop()
    await host.newSession('s1')
    await host.modelCall('s1')
    const output = { context: [] }
    await host.hooks['experimental.session.compacting']({ sessionID: 's1' }, output)
    expect(output.context).toEqual([])
  })
})

describe('options', () => {
  test('switch each part off', async () => {
    const { host, daemon } = await setUp({ inject: false, recall: false, capture: false })
    await host.newSession('s1')
    expect((await host.modelCall('s1')).system).toHaveLength(1)
    await host.userSays('s1', 'not for you')
    await host.assistantSays('s1', 'nor this')
    await host.hooks.dispose()
    expect(daemon.calls).toEqual([])

    const other = await setUp({ compaction: false })
    await other.host.newSession('s1')
    await other.host.modelCall('s1')
    const output = { context: [] }
    await other.host.hooks['experimental.session.compacting']({ sessionID: 's1' }, output)
    expect(output.context).toEqual([])
  })

  test('that are wrong are said, one line each, and the defaults hold', async () => {
    const { host, daemon } = await setUp({
      depth: 'bottomless',
      budgetTokens: -1,
      inject: 'yes',
      waitMs: 0,
      tokens: 5,
    })
    expect(host.log).toEqual([
      "warn iai-mcp: option 'depth' should be one of minimal, standard, deep; using the default",
      "warn iai-mcp: option 'budgetTokens' should be a whole number from 1 to 100000; using the default",
      "warn iai-mcp: option 'waitMs' should be a whole number of milliseconds from 1 to 60000; using the default",
      "warn iai-mcp: option 'inject' should be true or false; using the default",
      "warn iai-mcp: there is no option 'tokens'; ignored",
    ])
    await host.newSession('s1')
    expect((await host.modelCall('s1')).system).toHaveLength(2)
    expect(daemon.calls[0]?.params).not.toHaveProperty('budget_tokens')
  })

  test('leave the data directory to IAI_MCP_STORE when they do not name it', async () => {
    const dataDir = join(await tempDir(), 'by-env')
    vi.stubEnv('IAI_MCP_STORE', dataDir)
    onTestFinished(() => void vi.unstubAllEnvs())
    const host = new FakeHost()
    await host.load(plugin.server)
    await host.newSession('s1')
    await host.userSays('s1', 'by environment')
    await host.hooks.dispose()
    const [file = ''] = await readdir(join(dataDir, '.deferred-captures'))
    expect(await readFile(join(dataDir, '.deferred-captures', file), 'utf8')).toContain('by environment')
  })
})
