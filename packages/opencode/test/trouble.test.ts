// Nothing the daemon does, or fails to do, is felt by the user, and no turn is lost to it.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { startFakeDaemon } from '../../../test/support/fake-daemon.ts'
import { FakeHost } from '../../../test/support/fake-host.ts'
import { tempDir } from '../../../test/support/temp-dir.ts'
import plugin from '../src/plugin.ts'
import { hurried, setUp, spooled, stopTimers, texts, watch } from './support/setting.ts'

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
