// The first session after a boot: no daemon runs, and OpenCode is on its own with what set-up gives it. The session has
// its memory, and the daemon outlives the host, which ends whatever its MCP servers have started.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { iaiMcp, startHost } from './host-process.ts'
import { type MemoryDaemon, startMemoryDaemon, turnsWhen } from './memory-daemon.ts'
import { type MockModel, startMockModel } from './mock-model.ts'
import { type OpenCode, pluginPackage, prepareOpenCode } from './open-code.ts'

let model: MockModel
let daemon: MemoryDaemon
let host: OpenCode

beforeEach(async () => {
  model = await startMockModel()
  daemon = await startMemoryDaemon()
  const { dataDir } = daemon
  host = await prepareOpenCode({
    modelUrl: model.baseUrl,
    plugin: [[pluginPackage, { dataDir }]],
    mcpCommand: [...iaiMcp, 'mcp', '--data-dir', dataDir],
  })
})

afterEach(async () => {
  await command('stop')
  await host?.remove()
  await daemon?.remove()
  await model?.close()
})

function command(...args: readonly string[]) {
  const [program, ...bin] = iaiMcp
  const env = { HOME: host.home, PATH: process.env.PATH ?? '' }
  const all = [...bin, ...args, '--data-dir', daemon.dataDir]
  return startHost(program, all, { cwd: host.project, env, input: '' }).ended
}

/** The system prompts that the model was told while `prompt` ran. */
async function toldFor(prompt: string): Promise<string> {
  const before = model.requests.length
  const { code, log } = await host.run(prompt)
  expect(code, log).toBe(0)
  return model.requests
    .slice(before)
    .flatMap(({ system }) => system)
    .join('\n')
}

const holder = () => JSON.parse(readFileSync(join(daemon.dataDir, '.daemon.json'), 'utf8')).pid as number

test('has its memory, and leaves a daemon that serves the next one', async () => {
  model.when('port 6543', { text: 'Noted.' })
  await toldFor('The staging database listens on port 6543.')
  await turnsWhen(daemon, (texts) => expect(texts).toHaveLength(2))
  await daemon.stop()
  expect(existsSync(join(daemon.dataDir, '.daemon.json'))).toBe(false)

  expect(await toldFor('Good morning.')).toContain('port 6543')
  const first = holder()
  expect(() => process.kill(first, 0)).not.toThrow()
  // What was said while it started was spooled, and is taken in.
  await turnsWhen(daemon, (texts) => expect(texts).toContain('Good morning.'))

  expect(await toldFor('Good evening.')).toContain('port 6543')
  expect(holder()).toBe(first)
  const { code, said } = await command('stop')
  expect(code).toBe(0)
  expect(said).toContain(String(first))
})
