// Import of what the released hosts really wrote: the same turns, under the same ids, as live capture of the same
// session, and everything when nothing was captured live.
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { prepareClaudeCode } from './claude-code.ts'
import { prepareCodex } from './codex.ts'
import { type MemoryDaemon, startMemoryDaemon, turnsWhen } from './memory-daemon.ts'
import { type MockModel, startMockModel } from './mock-model.ts'
import { type OpenCode, pluginPackage, prepareOpenCode } from './open-code.ts'

let model: MockModel
let daemon: MemoryDaemon
let host: OpenCode

beforeEach(async () => {
  model = await startMockModel()
  daemon = await startMemoryDaemon()
})

afterEach(async () => {
  await host?.remove()
  await daemon?.remove()
  await model?.close()
})

const bin = resolve(import.meta.dirname, '../../packages/daemon/bin/iai-mcp.js')

/** The command line in the host's home, on the daemon of this test. */
const iaiMcp = (...args: readonly string[]) => iaiMcpIn(host.home, ...args)

function iaiMcpIn(home: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [bin, ...args, '--json', '--data-dir', daemon.dataDir],
    { encoding: 'utf8', env: { HOME: home, PATH: process.env.PATH ?? '' }, timeout: 60_000 },
  )
  expect(stderr).not.toContain('iai-mcp:')
  return { status, ...JSON.parse(stdout) }
}

async function talk(): Promise<void> {
  model.when('[look]', { tool: 'glob', input: { pattern: '*.md' } })
  for (const prompt of ['The heron stands in the reeds.', 'Which bird was it? [look]']) {
    const { code, log } = await host.run(prompt)
    expect(code, log).toBe(0)
  }
}

function idsOnDisk(): readonly string[] {
  return host
    .storedParts()
    .filter(({ isSummary, isSynthetic }) => !isSummary && !isSynthetic)
    .map(({ messageId, partId }) => `${messageId}/${partId}`)
    .sort()
}

const idsOf = (turns: readonly { readonly message_id: string | null }[]) =>
  turns.map(({ message_id }) => message_id).sort()

test('what was captured live is not taken in again, and nothing is missing', async () => {
  host = await prepareOpenCode({
    modelUrl: model.baseUrl,
    plugin: [[pluginPackage, { dataDir: daemon.dataDir }]],
  })
  await talk()
  const ids = idsOnDisk()
  expect(ids.length).toBeGreaterThanOrEqual(4)
  // On a busy machine a host's last words go through the spool, which the daemon looks into every few seconds.
  const live = await vi.waitFor(
    async () => {
      const turns = await daemon.turns()
      expect(idsOf(turns)).toEqual(ids)
      return turns
    },
    { timeout: 60_000, interval: 100 },
  )
  expect(iaiMcp('verify', 'opencode')).toMatchObject({
    status: 0,
    on_disk: ids.length,
    stored: ids.length,
    missing: 0,
    differing: 0,
  })
  expect(iaiMcp('import', 'opencode')).toMatchObject({
    status: 0,
    turns: ids.length,
    stored: { inserted: 0, reinforced: 0, skipped: ids.length },
  })
  expect(await daemon.turns()).toEqual(live)
})

test('what was said before there was a memory is taken in, as live capture would have', async () => {
  host = await prepareOpenCode({ modelUrl: model.baseUrl, plugin: [] })
  await talk()
  const ids = idsOnDisk()
  expect(iaiMcp('verify', 'opencode')).toMatchObject({ status: 1, on_disk: ids.length, stored: 0 })
  expect(iaiMcp('import', 'opencode')).toMatchObject({ status: 0, stored: { inserted: ids.length } })
  const turns = await daemon.turns()
  expect(idsOf(turns)).toEqual(ids)
  expect(new Set(turns.map(({ client }) => client))).toEqual(new Set(['opencode']))
  expect(turns.map(({ role, text }) => `${role}: ${text}`)).toContain('user: The heron stands in the reeds.')
  expect(iaiMcp('verify', 'opencode')).toMatchObject({ status: 0, missing: 0 })
})

test.each([
  ['claude-code', prepareClaudeCode],
  ['codex', prepareCodex],
] as const)('what %s was heard to say live and what it wrote down are one memory', async (name, prepare) => {
  const root = await mkdtemp(join(tmpdir(), 'iai-mcp-import-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const home = join(root, 'home')
  await daemon.remove()
  daemon = await startMemoryDaemon({ HOME: home })
  const { dataDir } = daemon
  const agent = await prepare({ home, project: join(root, 'project'), modelUrl: model.baseUrl, dataDir })
  model.when('reeds', { text: 'A heron, then.' })
  const said = ['The bird in the reeds is tall.', 'A heron, then.', 'Thank you.', 'ok']
  for (const prompt of [said[0], said[2]]) {
    const { code, log } = await agent.run(prompt ?? '')
    expect(code, log).toBe(0)
  }
  const live = await turnsWhen(daemon, (texts) => expect(texts).toEqual(said))
  expect(iaiMcpIn(home, 'verify', name)).toMatchObject({ status: 0, on_disk: 4, stored: 4, missing: 0 })
  expect(iaiMcpIn(home, 'import', name)).toMatchObject({ stored: { inserted: 0, reinforced: 0, skipped: 4 } })
  expect(await daemon.turns()).toEqual(live)
})
