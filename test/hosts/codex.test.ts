// The hooks and the MCP server in the released Codex, offline.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Codex, type CodexRunOptions, prepareCodex } from './codex.ts'
import { type MemoryDaemon, startMemoryDaemon, turnsWhen } from './memory-daemon.ts'
import { type MockModel, startMockModel } from './mock-model.ts'

let root: string
let model: MockModel
let daemon: MemoryDaemon
let host: Codex

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'iai-mcp-codex-'))
  const home = join(root, 'home')
  model = await startMockModel()
  daemon = await startMemoryDaemon({ HOME: home })
  host = await prepareCodex({
    home,
    project: join(root, 'project'),
    modelUrl: model.baseUrl,
    dataDir: daemon.dataDir,
  })
})

afterEach(async () => {
  await daemon?.remove()
  await model?.close()
  await rm(root, { recursive: true, force: true })
})

async function run(prompt: string, options?: CodexRunOptions): Promise<string> {
  const { code, said, log } = await host.run(prompt, options)
  expect(code, said + log).toBe(0)
  return said
}

/** Whether the conversation (the request's `input`, not the tools it offers) holds a call of the tool. */
function hasCalled(body: string, tool: string): boolean {
  const { input } = JSON.parse(body) as { input: readonly { type: string; name?: string }[] }
  return input.some(({ type, name }) => type === 'function_call' && name === tool)
}

const textsWhen = (wanted: readonly string[]) => turnsWhen(daemon, (texts) => expect(texts).toEqual(wanted))

const fact = 'The staging database of this project listens on port 6543.'
const noted = 'Noted: staging is on port 6543.'

test('what one session says is kept and stands in the next one’s prompt', async () => {
  model.when('port 6543', { text: noted })
  await run(fact)
  const turns = await textsWhen([fact, noted])
  expect(turns.map(({ role, client }) => [role, client])).toEqual([
    ['user', 'codex'],
    ['assistant', 'codex'],
  ])
  const before = model.requests.length
  await run('Good morning, what shall we do today?')
  expect(model.requests[before]?.system.join('\n')).toContain('port 6543')
})

test('hooks that nobody has trusted are skipped, and we do not trust them in the user’s place', async () => {
  await run(fact, { trusts: false })
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(await daemon.turns()).toEqual([])
  expect(await readdir(join(root, 'home/.codex'))).toContain('hooks.json')
})

test('a model can ask through the tool', async () => {
  model.when('port 6543', { text: noted })
  await run(fact)
  await textsWhen([fact, noted])
  model.when('[ask]', {
    tool: 'recall',
    namespace: 'mcp__iai_mcp',
    input: { cue: 'staging port', all_projects: true },
  })
  await run('Look it up. [ask]')
  const last = JSON.parse(model.requests.at(-1)?.body ?? '{}') as { input: { type: string }[] }
  const results = last.input.filter(({ type }) => type === 'function_call_output')
  expect(JSON.stringify(results)).toContain('6543')
})

test('memory outlives a compaction', async () => {
  model.when('port 6543', { text: noted })
  await run(fact)
  await textsWhen([fact, noted])
  // More tokens than Codex is told the model holds: it compacts before the next prompt.
  model.when('[fill]', { text: 'a long answer', tokensIn: 30_000 })
  await run('The release is called Heron. [fill]')
  await run('And now?', { resumes: true })
  const [compaction, last] = model.requests.slice(-2)
  expect(compaction?.lastUser).toContain('CONTEXT CHECKPOINT COMPACTION')
  expect(last?.body).not.toContain('a long answer')
  expect(last?.system.join('\n')).toContain('port 6543')
  expect(last?.system.join('\n')).toContain('kept word for word')
  // The summary is the host's, not something that was said.
  await textsWhen([fact, noted, 'The release is called Heron. [fill]', 'a long answer', 'And now?', 'ok'])
})

test('a sub-agent’s words belong to its own session', async () => {
  model.when('[delegate]', ({ body, afterTool }) => {
    const agent = /agent_id\\+":\\+"([\w-]+)/.exec(body)?.[1]
    const namespace = 'multi_agent_v1'
    if (!afterTool) return { tool: 'spawn_agent', namespace, input: { message: 'child prompt [leaf]' } }
    // The agent's end is waited for: Codex ends with its first agent, whatever another is about to say.
    if (hasCalled(body, 'wait_agent')) return { text: 'It is done.' }
    return { tool: 'wait_agent', namespace, input: { targets: [agent] }, again: true }
  })
  model.when('<subagent_notification>', { text: 'It is done.' })
  model.when('[leaf]', { text: 'leaf answer' })
  await run('Please [delegate] this.')
  await vi.waitFor(
    async () => {
      const turns = await daemon.turns()
      const said = (text: string) => turns.filter((turn) => turn.text === text)
      expect(said('leaf answer')).toHaveLength(1)
      expect(said('child prompt [leaf]')).toMatchObject([
        { role: 'assistant', session_id: said('leaf answer')[0]?.session_id },
      ])
      expect(said('It is done.')).toHaveLength(1)
      expect(said('It is done.')[0]?.session_id).not.toBe(said('leaf answer')[0]?.session_id)
    },
    { timeout: 20_000, interval: 100 },
  )
})

test('a host killed in the middle of a turn loses nothing that was said', async () => {
  model.when('[hang]', { hangs: true })
  const killed = host.start('Remember the blue door. [hang]')
  await vi.waitFor(
    () => expect(model.requests.some(({ lastUser }) => lastUser.includes('[hang]'))).toBe(true),
    {
      timeout: 30_000,
      interval: 50,
    },
  )
  killed.kill()
  await killed.ended
  await textsWhen(['Remember the blue door. [hang]'])
})
