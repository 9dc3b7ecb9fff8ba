// The plugin in the released OpenCode, offline, with a model that says what it is told: what is said in one session
// stands in the next one's prompt, housekeeping calls carry nothing, nothing is altered or lost, nothing is felt.
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { startFakeDaemon } from '../support/fake-daemon.ts'
import { iaiMcp } from './host-process.ts'
import { type MemoryDaemon, startMemoryDaemon, turnsWhen } from './memory-daemon.ts'
import { type MockModel, type ModelRequest, startMockModel } from './mock-model.ts'
import { type OpenCode, type PluginEntry, pluginFile, pluginPackage, prepareOpenCode } from './open-code.ts'

let model: MockModel
let daemon: MemoryDaemon
let host: OpenCode

beforeEach(async () => {
  model = await startMockModel()
  daemon = await startMemoryDaemon()
  host = await prepareOpenCode({
    modelUrl: model.baseUrl,
    plugin: [[pluginPackage, { dataDir: daemon.dataDir }]],
  })
})

afterEach(async () => {
  await host?.remove()
  await daemon?.remove()
  await model?.close()
})

const isTitle = ({ system }: ModelRequest) => system[0]?.startsWith('You are a title generator') === true
const isCompaction = ({ system }: ModelRequest) =>
  system[0]?.startsWith('You are a context summarization agent') === true
const isTalk = (request: ModelRequest) => !isTitle(request) && !isCompaction(request)
const systemOf = (request: ModelRequest | undefined) => request?.system.join('\n\n') ?? ''

async function run(prompt: string, ...args: readonly string[]): Promise<string> {
  const { code, said, log } = await host.run(prompt, ...args)
  expect(code, log).toBe(0)
  return said
}

const turnsOf = (count: number) => turnsWhen(daemon, (texts) => expect(texts).toHaveLength(count))

test('runs offline when it can', () => {
  if (process.env.IAI_HOSTS_OFFLINE === '1') expect(Object.keys(networkInterfaces())).toEqual(['lo'])
  else expect(Object.keys(networkInterfaces())).toContain('lo')
})

const fact = 'The staging database of this project listens on port 6543.'

/** The requests of a session. */
async function requestsOf(prompt: string): Promise<readonly ModelRequest[]> {
  const before = model.requests.length
  await run(prompt)
  return model.requests.slice(before)
}

describe('what one session says', () => {
  test('stands in the next one’s system prompt, the same bytes at every call', async () => {
    model.when('port 6543', { text: 'Noted: staging is on port 6543.' })
    await run(fact)
    await turnsOf(2)
    expect(model.requests.map(systemOf).join()).not.toContain('6543')

    model.when('[look]', { tool: 'glob', input: { pattern: '*.md' } })
    const talk = (await requestsOf('Which port is it? [look]')).filter(isTalk)
    expect(talk).toHaveLength(2)
    expect(systemOf(talk[0])).toContain('port 6543')
    expect(talk[1]?.system).toEqual(talk[0]?.system)
    // The host's own first entry is not touched; ours is the one after it.
    expect(talk[0]?.system[0]).toMatch(/^You are opencode/)
    expect(talk[0]?.system[0]).not.toContain('6543')
  })

  test('stands behind the first prompt that is about it, and is not taken for what the user typed', async () => {
    model.when('port 6543', { text: 'Noted.' })
    await run(fact)
    await turnsOf(2)
    const question = 'Which port does the staging database of this project listen on?'
    const [asked] = (await requestsOf(question)).filter(isTalk)
    const prompt = asked?.lastUser ?? ''
    expect(prompt).toContain(question)
    expect(prompt).toContain('What follows is remembered from earlier sessions')
    expect(prompt.indexOf(question)).toBeLessThan(prompt.indexOf('6543'))
    // The model has the fact in front of it, and says what it says to it.
    await turnsWhen(daemon, (texts) =>
      expect(texts.map((text) => text.trim())).toEqual([fact, 'Noted.', question, 'Noted.']),
    )
    const own = host.storedParts().filter(({ text }) => text.includes('What follows is remembered'))
    expect(own.length).toBeGreaterThan(0)
    for (const part of own) expect([part.role, part.isSynthetic]).toEqual(['user', true])
    // Another prompt of the session brings nothing back any more.
    const later = model.requests.length
    await run('And on production?', '--continue')
    const [again] = model.requests.slice(later).filter(isTalk)
    expect(again?.lastUser).toContain('And on production?')
    expect(again?.lastUser).not.toContain('What follows is remembered')
  })

  test('is in no title call and no compaction call', async () => {
    model.when('port 6543', { text: 'Noted.' })
    await run(fact)
    await turnsOf(2)
    // More tokens than the model holds: the host compacts.
    model.when('[fill]', { text: 'a long answer', tokensIn: 40_000 })
    const second = await requestsOf('Tell me everything. [fill]')
    expect(second.filter(isTitle)).toHaveLength(1)
    expect(second.filter(isCompaction)).toHaveLength(1)
    for (const request of [...second.filter(isTitle), ...second.filter(isCompaction)]) {
      expect(systemOf(request)).not.toMatch(/6543|## L\d|## Rich Club/)
    }
    expect(systemOf(second.find(isTalk))).toContain('port 6543')
    const compaction = second.find(isCompaction)
    expect(compaction?.body).toContain('long-term memory')
    expect(compaction?.body).not.toContain('6543')
    await turnsWhen(daemon, (texts) => {
      expect(texts.filter((text) => text === 'Tell me everything. [fill]')).toHaveLength(1)
      expect(texts.filter((text) => text === 'a long answer')).toHaveLength(1)
    })
  })
})

test('memory outlives a compaction', async () => {
  model.when('port 6543', { text: 'Noted.' })
  await run(fact)
  await turnsOf(2)
  // More tokens than the model holds: the host compacts.
  model.when('[fill]', { text: 'a long answer', tokensIn: 40_000 })
  const filled = await requestsOf('The release is called Heron. [fill]')
  expect(filled.filter(isCompaction)).toHaveLength(1)
  const before = model.requests.length
  await run('And now?', '--continue')
  const talk = model.requests.slice(before).find(isTalk)
  expect(systemOf(talk)).toContain('port 6543')
  await turnsWhen(daemon, (texts) => {
    expect(texts).toContain('The release is called Heron. [fill]')
    expect(texts).toContain('And now?')
  })
})

describe('what is captured', () => {
  const typed = [
    '  two spaces first\n\ttab\n\nünïcødé 👩‍👩‍👧 \u2028 e\u0301 中文\n```ts\nconst a = `\u0024{b}` // "quoted" \\n\n```\n',
    '# heading\n> quote\n<system-reminder>not one</system-reminder>\n\\u0041 %s $HOME `ls`',
  ]
  const answers = [
    '  answer with spaces\n\n```diff\n- a\n+ b\n```\n🙂 «ça» \u00a0\n',
    '| a | b |\n|---|---|\n\n1. one\n   - two\n',
  ]

  test('is what was typed and answered, byte for byte, under the ids of the host’s own database', async () => {
    model.when('two spaces', { text: answers[0] ?? '' })
    model.when('# heading', { text: answers[1] ?? '' })
    await run(typed[0] ?? '')
    await run(typed[1] ?? '', '--continue')
    const turns = await turnsOf(4)
    expect(turns.map(({ role, text }) => [role, text])).toEqual([
      ['user', typed[0]],
      ['assistant', answers[0]],
      ['user', typed[1]],
      ['assistant', answers[1]],
    ])
    expect(new Set(turns.map(({ session_id, client }) => `${client} ${session_id}`)).size).toBe(1)
    const stored = host.storedParts()
    expect(
      turns.map(({ message_id, session_id, role, text }) => ({ message_id, session_id, role, text })),
    ).toEqual(
      stored.map(({ messageId, partId, sessionId, role, text }) => ({
        message_id: `${messageId}/${partId}`,
        session_id: sessionId,
        role,
        text,
      })),
    )
  })

  test('of a sub-agent belongs to its own session, and its prompt is not the user’s word', async () => {
    const task = { description: 'look', prompt: 'child prompt [leaf]', subagent_type: 'general' }
    model.when('[delegate]', { tool: 'task', input: task })
    model.when('[leaf]', { text: 'leaf answer' })
    await run('Please [delegate] this.')
    const turns = await turnsOf(4)
    const child = turns.filter(({ text }) => text === 'child prompt [leaf]' || text === 'leaf answer')
    expect(child.map(({ role, text }) => [role, text])).toEqual([
      ['assistant', 'child prompt [leaf]'],
      ['assistant', 'leaf answer'],
    ])
    expect(child[0]?.session_id).toBe(child[1]?.session_id)
    const own = turns.filter((turn) => !child.includes(turn))
    expect(own.map(({ role, text }) => [role, text])).toEqual([
      ['user', 'Please [delegate] this.'],
      ['assistant', 'ok'],
    ])
    expect(own[0]?.session_id).not.toBe(child[0]?.session_id)
  })
})

test('a model can ask through the tool', async () => {
  model.when('port 6543', { text: 'Noted.' })
  await run(fact)
  await turnsOf(2)
  const place = ['--data-dir', daemon.dataDir]
  await host.configure({ modelUrl: model.baseUrl, plugin: [], mcpCommand: [...iaiMcp, 'mcp', ...place] })
  model.when('[ask]', { tool: 'iai-mcp_recall', input: { cue: 'staging port' } })
  await run('Look it up. [ask]')
  const last = JSON.parse(model.requests.at(-1)?.body ?? '{}') as { messages: { role: string }[] }
  expect(JSON.stringify(last.messages.filter(({ role }) => role === 'tool'))).toContain('6543')
})

test('a host killed in the middle of a turn loses nothing that was said', async () => {
  model.when('[hang]', { hangs: true })
  const killed = host.start('Remember the blue door. [hang]')
  await vi.waitFor(
    () => expect(model.requests.some((each) => isTalk(each) && each.lastUser.includes('[hang]'))).toBe(true),
    { timeout: 60_000, interval: 20 },
  )
  killed.kill()
  await killed.ended
  const [turn] = await turnsOf(1)
  expect(turn).toMatchObject({ role: 'user', text: 'Remember the blue door. [hang]' })
})

describe('a daemon that is not there', () => {
  test('is not felt, and the turns arrive after its next start', async () => {
    await daemon.stop()
    model.when('while you were away', { text: 'An answer all the same.' })
    const { code, said, log } = await host.run('Said while you were away.\n')
    expect(code).toBe(0)
    expect(said).toContain('An answer all the same.')
    expect(log).not.toContain('iai-mcp:')
    expect(log).not.toMatch(/service=iai-mcp/)
    const spool = join(daemon.dataDir, '.deferred-captures')
    expect(await readdir(spool)).toHaveLength(1)
    await daemon.start()
    const turns = await turnsOf(2)
    expect(turns.map(({ text }) => text)).toEqual(['Said while you were away.\n', 'An answer all the same.'])
    await vi.waitFor(async () => expect(await readdir(spool)).toEqual([]), 60_000)
  })

  test('nor is one that hangs, and nothing is lost', async () => {
    const dataDir = join(daemon.dataDir, 'hanging')
    const hanging = await startFakeDaemon(dataDir)
    onTestFinished(() => hanging.kill())
    hanging.mood = 'hangs'
    const waitsAsEver = { IAI_MCP_HOOK_WAIT_MS: '' }
    await host.configure({
      modelUrl: model.baseUrl,
      plugin: [[pluginPackage, { dataDir }]],
      env: waitsAsEver,
    })
    model.when('anyone', { text: 'Here I am.' })
    const { code, said } = await host.run('Is anyone there?')
    expect(code).toBe(0)
    expect(said).toContain('Here I am.')
    const [file = ''] = await readdir(join(dataDir, '.deferred-captures'))
    const spooled = await readFile(join(dataDir, '.deferred-captures', file), 'utf8')
    expect(spooled).toContain('Is anyone there?')
    expect(spooled).toContain('Here I am.')
  })
})

test('a proxy from the environment never sees a request for the daemon', async () => {
  const asked: string[] = []
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(502).end()
  })
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  onTestFinished(() => void proxy.close())
  const address = proxy.address()
  const proxyUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  // The model is exempt by its name; the daemon, at 127.0.0.1, is not.
  await host.configure({
    modelUrl: model.baseUrl.replace('127.0.0.1', 'localhost'),
    plugin: [[pluginPackage, { dataDir: daemon.dataDir }]],
    env: { HTTP_PROXY: proxyUrl, http_proxy: proxyUrl, NO_PROXY: 'localhost', no_proxy: 'localhost' },
  })
  await run('Is this private?')
  await turnsOf(2)
  expect(asked.filter((line) => /session-context|\/rpc/.test(line))).toEqual([])
})

describe('the plugin can be named', () => {
  const forms: readonly (readonly [string, () => { plugin: PluginEntry; env?: Record<string, string> }])[] = [
    [
      'as a package directory alone, the data directory by IAI_MCP_STORE',
      () => ({ plugin: pluginPackage, env: { IAI_MCP_STORE: daemon.dataDir } }),
    ],
    ['as a file URL', () => ({ plugin: [`file://${pluginFile}`, { dataDir: daemon.dataDir }] })],
  ]
  test.each(forms)('%s', async (_name, form) => {
    const { plugin, env = {} } = form()
    await host.configure({ modelUrl: model.baseUrl, plugin: [plugin], env })
    await run('Are you there?')
    const turns = await turnsOf(2)
    expect(turns.map(({ text }) => text)).toEqual(['Are you there?', 'ok'])
  })

  test('and says in the host’s log which option it could not take', async () => {
    const plugin: PluginEntry = [pluginPackage, { dataDir: daemon.dataDir, depth: 'abyss' }]
    await host.configure({ modelUrl: model.baseUrl, plugin: [plugin] })
    const { code, log } = await host.run('hello')
    expect(code).toBe(0)
    expect(log).toContain("option 'depth' should be one of minimal, standard, deep; using the default")
  })
})
