// A daemon that does not run when OpenCode starts: started at once, by the program of our MCP server, and waited for.
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { startFakeDaemon } from '../../../test/support/fake-daemon.ts'
import { FakeHost } from '../../../test/support/fake-host.ts'
import { tempDir } from '../../../test/support/temp-dir.ts'
import { pluginLimits } from '../src/limits.ts'
import plugin from '../src/plugin.ts'
import { hurried, spooled, stopTimers, texts } from './support/setting.ts'

/** A host with our MCP server in its configuration, and a data directory without a daemon. */
async function setUp({ never = '', words = [] as readonly string[] } = {}) {
  const folder = await tempDir()
  const dataDir = join(folder, 'data')
  const program = join(folder, 'iai-mcp')
  await symlink(join(import.meta.dirname, 'support', 'slow-start.ts'), program)
  const calls = join(folder, 'calls')
  const environment = { CALLS: calls, NEVER: never }
  const server = { command: [process.execPath, program, 'mcp', ...words], environment }
  const host = new FakeHost()
  return {
    host,
    dataDir,
    load: (options = {}) =>
      host.load(plugin.server, { dataDir, ...options }, { mcp: { other: {}, 'iai-mcp': server } }),
    calls: () => readFile(calls, 'utf8').catch(() => ''),
    async startDaemon() {
      const daemon = await startFakeDaemon(dataDir)
      onTestFinished(() => daemon.kill())
      daemon.context = '## L0 Identity\nlikes tea'
      daemon.recalled = 'remembered: tea'
      return daemon
    },
  }
}

test('is started before anything is said, and the first answer has its memory', async () => {
  const { host, dataDir, load, calls, startDaemon } = await setUp({ words: ['--socket', '/run/x.sock'] })
  await load()
  await eventually(async () =>
    expect(await calls()).toBe(`start --http --json --data-dir ${dataDir} --socket /run/x.sock\n`),
  )
  await host.newSession('s1')
  const said = host.userSays('s1', 'What do I drink?')
  await new Promise((resolve) => setTimeout(resolve, 400)) // longer than a hook may hold a turn otherwise
  await startDaemon()
  await said
  expect(host.lastMessage.parts.map(({ text }) => text)).toContain('remembered: tea')
  expect((await host.modelCall('s1')).system[1]).toContain('likes tea')
  expect(host.log).toEqual([])
  expect(host.toasts).toEqual([])
})

test('is left alone when it runs', async () => {
  const { host, load, calls, startDaemon } = await setUp()
  await startDaemon()
  await load()
  await host.newSession('s1')
  expect((await host.modelCall('s1')).system).toHaveLength(2)
  expect(await calls()).toBe('')
})

test('is started again when it has left in between', async () => {
  const { host, load, calls, startDaemon } = await setUp()
  const first = await startDaemon()
  await load()
  await host.newSession('s1')
  await host.modelCall('s1')
  await first.stop()
  await host.newSession('s2')
  const call = host.modelCall('s2')
  await eventually(async () => expect(await calls()).toContain('start '))
  await startDaemon()
  await call
  await eventually(async () => expect((await host.modelCall('s2')).system).toHaveLength(2))
})

test('that cannot be started holds nobody up; the user sees why, once, and the turns are kept', async () => {
  const { host, dataDir, load, calls } = await setUp({ never: 'the disk is full' })
  await load()
  await eventually(() => expect(host.log).toHaveLength(1))
  stopTimers()
  await host.newSession('s1')
  await host.userSays('s1', 'typed in vain')
  expect((await host.modelCall('s1')).system).toHaveLength(1)
  vi.useRealTimers()
  await host.hooks.dispose()
  const why = 'the daemon could not be started: the disk is full; sessions have no memory until it runs'
  expect(host.log).toEqual([`warn iai-mcp: ${why}`])
  expect(host.toasts).toEqual([`warning iai-mcp: ${why}`])
  expect(texts(await spooled(dataDir))).toEqual(['typed in vain'])
  expect((await calls()).trim().split('\n')).toHaveLength(1)
})

test('that takes too long is waited for once; the user sees it, and the next answer has the memory', async () => {
  const { host, load, calls, startDaemon } = await setUp()
  await load(hurried)
  await eventually(async () => expect(await calls()).not.toBe(''))
  await host.newSession('s1')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const call = host.modelCall('s1')
  await vi.advanceTimersByTimeAsync(pluginLimits.startGraceMs + hurried.waitMs)
  expect((await call).system).toHaveLength(1)
  const late = 'the memory was not there in time for this answer; the session has it from the next one on'
  expect(host.toasts).toEqual([`warning iai-mcp: ${late}`])
  // Held once: no timer fires here.
  expect((await host.modelCall('s1')).system).toHaveLength(1)
  vi.useRealTimers()
  await startDaemon()
  await eventually(async () => expect((await host.modelCall('s1')).system).toHaveLength(2))
})
