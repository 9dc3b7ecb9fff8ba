// The hooks and the MCP server in the released Claude Code, offline: what is said is kept and known later, also after a
// compaction and a kill, and in another host.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { claudeCodePluginFolder } from '../../packages/daemon/src/cli/hosts/claude-code-plugin.ts'
import { type ClaudeCode, prepareClaudeCode } from './claude-code.ts'
import { type MemoryDaemon, startMemoryDaemon, turnsWhen } from './memory-daemon.ts'
import { type MockModel, startMockModel } from './mock-model.ts'
import { pluginPackage, prepareOpenCode } from './open-code.ts'

let root: string
let model: MockModel
let daemon: MemoryDaemon
let host: ClaudeCode

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'iai-mcp-claude-'))
  model = await startMockModel()
  // The daemon reads transcripts in its own user's home.
  daemon = await startMemoryDaemon({ HOME: join(root, 'home') })
  host = await prepareIn(join(root, 'project'))
})

afterEach(async () => {
  await daemon?.remove()
  await model?.close()
  await rm(root, { recursive: true, force: true })
})

function prepareIn(project: string): Promise<ClaudeCode> {
  const home = join(root, 'home')
  return prepareClaudeCode({ home, project, modelUrl: model.baseUrl, dataDir: daemon.dataDir })
}

async function run(prompt: string, ...args: readonly string[]): Promise<string> {
  const { code, said, log } = await host.run(prompt, ...args)
  expect(code, said + log).toBe(0)
  return said
}

const textsWhen = (wanted: readonly string[]) => turnsWhen(daemon, (texts) => expect(texts).toEqual(wanted))

const fact = 'The staging database of this project listens on port 6543.'
const noted = 'Noted: staging is on port 6543.'
const integrations = fileURLToPath(new URL('../../packages/daemon/integrations', import.meta.url))
const session = '11111111-1111-4111-8111-111111111111'

test('what one session says is kept under the host’s own ids and stands in the next one’s prompt', async () => {
  model.when('port 6543', { text: noted })
  await run(fact, '--session-id', session)
  const turns = await textsWhen([fact, noted])
  expect(turns.map(({ role, client, session_id }) => [role, client, session_id])).toEqual([
    ['user', 'claude-code', session],
    ['assistant', 'claude-code', session],
  ])
  expect(model.requests.map(({ body }) => body.split('## L').length - 1)).toEqual([0])

  const before = model.requests.length
  await run('Good morning, what shall we do today?')
  expect(model.requests[before]?.body).toContain('port 6543')
  expect(model.requests[before]?.body).toContain('SessionStart')
})

test('a first prompt brings back what is about it, a later one does not', async () => {
  model.when('port 6543', { text: noted })
  await run(fact)
  await textsWhen([fact, noted])
  const question = 'Which port does the staging database listen on?'
  await run(question, '--session-id', session)
  expect(model.requests.at(-1)?.body).toContain('Found, best first')
  const counted = (body: string | undefined) => (body ?? '').split('Found, best first').length - 1
  const once = counted(model.requests.at(-1)?.body)
  await run(question, '--resume', session)
  expect(counted(model.requests.at(-1)?.body)).toBe(once)
})

test('memory outlives a compaction', async () => {
  model.when('port 6543', { text: noted })
  await run(fact)
  await textsWhen([fact, noted])
  await run('The release is called Heron.', '--session-id', session)
  await run('/compact', '--resume', session)
  await run('And now?', '--resume', session)
  const last = model.requests.at(-1)?.body ?? ''
  expect(last).toContain('port 6543')
  expect(last).toContain('kept word for word')
  const texts = await turnsWhen(daemon, (texts) => {
    expect(texts).toContain('The release is called Heron.')
    expect(texts).toContain('And now?')
  }).then((turns) => turns.map(({ text }) => text))
  expect(texts.filter((text) => text.includes('/compact') || text.includes('summary'))).toEqual([])
})

test('a model can ask through the tool', async () => {
  model.when('port 6543', { text: noted })
  await run(fact)
  await textsWhen([fact, noted])
  model.when('[ask]', { tool: 'mcp__iai-mcp__recall', input: { cue: 'staging port', all_projects: true } })
  await run('Look it up. [ask]', '--allowedTools=mcp__iai-mcp__recall')
  const last = JSON.parse(model.requests.at(-1)?.body ?? '{}') as { messages: { content: unknown }[] }
  const result = JSON.stringify(
    last.messages.filter(({ content }) => JSON.stringify(content).includes('tool_result')),
  )
  expect(result).toContain('6543')
})

test('a sub-agent’s words belong to its own session', async () => {
  model.when('[delegate]', (request) =>
    request.lastUser.includes('[leaf]')
      ? { text: 'leaf answer' }
      : {
          tool: 'Agent',
          input: { description: 'look', prompt: 'child prompt [leaf]', subagent_type: 'general-purpose' },
        },
  )
  model.when('[leaf]', { text: 'leaf answer' })
  await run('Please [delegate] this.', '--session-id', session)
  await vi.waitFor(
    async () => {
      const turns = await daemon.turns()
      const leaf = turns.filter(({ text }) => text === 'leaf answer')
      expect(leaf).toHaveLength(1)
      expect(leaf[0]?.session_id).toMatch(new RegExp(`^${session}\\.agent-`))
      expect(turns.find(({ text }) => text === 'child prompt [leaf]')?.role).toBe('assistant')
    },
    { timeout: 60_000, interval: 100 },
  )
})

test('a host killed in the middle of a turn loses nothing that it had written down', async () => {
  model.when('[hang]', { hangs: true })
  const killed = host.start('Remember the blue door. [hang]')
  // It writes a moment after it has asked the model; what it never wrote, a resumed session does not know either.
  await vi.waitFor(
    async () => expect(await transcripts()).toContain('"role":"user","content":"Remember the blue door.'),
    {
      timeout: 60_000,
      interval: 20,
    },
  )
  killed.kill()
  await killed.ended
  await textsWhen(['Remember the blue door. [hang]'])
})

async function transcripts(): Promise<string> {
  const folder = join(root, 'home/.claude/projects')
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const files = names.filter((name) => name.endsWith('.jsonl'))
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join()
}

test('a session that opens without a daemon starts one, and has its memory all the same', async () => {
  model.when('port 6543', { text: noted })
  await run(fact)
  await textsWhen([fact, noted])
  await daemon.stop()
  const before = model.requests.length
  await run('Good morning.')
  expect(model.requests[before]?.body).toContain('port 6543')
  await endOnDemandDaemon()
  await daemon.start()
  await textsWhen([fact, noted, 'Good morning.', 'ok'])
})

/** The daemon that the host started in place of ours. */
async function endOnDemandDaemon(): Promise<void> {
  const { pid } = JSON.parse(await readFile(join(daemon.dataDir, '.daemon.json'), 'utf8')) as { pid: number }
  process.kill(pid, 'SIGTERM')
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), 60_000)
}

test('with the plugin and the hooks of set-up a session is given its memory once', async () => {
  model.when('port 6543', { text: noted })
  await run(fact)
  await textsWhen([fact, noted])
  expect(await host.manage('plugin', 'marketplace', 'add', integrations)).toMatchObject({ code: 0 })
  expect(await host.manage('plugin', 'install', 'iai-mcp@iai-mcp')).toMatchObject({ code: 0 })
  expect(await claudeCodePluginFolder(join(root, 'home/.claude'))).toMatch(/plugins\/cache/)
  await run('Good morning.')
  expect(model.requests.at(-1)?.body.split('## L1 Recent Summary')).toHaveLength(2)
})

test('the plugin alone gives a session its memory, and keeps what is said', async () => {
  model.when('port 6543', { text: noted })
  const [home, project] = [join(root, 'other-home'), join(root, 'project')]
  await daemon.remove()
  daemon = await startMemoryDaemon({ HOME: home })
  const { dataDir } = daemon
  host = await prepareClaudeCode({ home, project, modelUrl: model.baseUrl, dataDir, isBare: true })
  expect(await host.manage('plugin', 'marketplace', 'add', integrations)).toMatchObject({ code: 0 })
  expect(await host.manage('plugin', 'install', 'iai-mcp@iai-mcp')).toMatchObject({ code: 0 })
  await run(fact)
  await textsWhen([fact, noted])
  await run('Good morning.')
  expect(model.requests.at(-1)?.body).toContain('port 6543')
  expect(model.requests.at(-1)?.body).toContain('mcp__plugin_iai-mcp_iai-mcp__recall')
})

test('said in Claude Code, known in OpenCode', async () => {
  const openCode = await prepareOpenCode({
    modelUrl: model.baseUrl,
    plugin: [[pluginPackage, { dataDir: daemon.dataDir }]],
  })
  try {
    host = await prepareIn(openCode.project)
    model.when('port 6543', { text: noted })
    await run(fact)
    await textsWhen([fact, noted])
    const before = model.requests.length
    const { code, log } = await openCode.run('Good morning.')
    expect(code, log).toBe(0)
    expect(model.requests.slice(before).some(({ system }) => system.join().includes('port 6543'))).toBe(true)
  } finally {
    await openCode.remove()
  }
})
