// Import of what the released OpenCode really wrote: the same turns, under the same ids, as live capture of the same
// session, and everything when nothing was captured live.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type MemoryDaemon, startMemoryDaemon } from './memory-daemon.ts'
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
function iaiMcp(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [bin, ...args, '--json', '--data-dir', daemon.dataDir],
    { encoding: 'utf8', env: { HOME: host.home, PATH: process.env.PATH ?? '' }, timeout: 60_000 },
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
    { timeout: 20_000, interval: 100 },
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
