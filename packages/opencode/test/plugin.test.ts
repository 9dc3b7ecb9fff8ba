// The plugin as the host sees it: its one export, its options, compaction, and objects that are not what they should be.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { FakeHost } from '../../../test/support/fake-host.ts'
import { tempDir } from '../../../test/support/temp-dir.ts'
import plugin from '../src/plugin.ts'
import { setUp } from './support/setting.ts'

test('the module has one default export with an id and a server', async () => {
  const module = await import('../src/plugin.ts')
  expect(Object.keys(module)).toEqual(['default'])
  expect(Object.keys(module.default).sort()).toEqual(['id', 'server'])
  expect(module.default.id).toBe('iai-mcp')
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
