// Secrets through every door of a real daemon, and then no byte of them in any file: not in the spool, the log, the
// marks, the database or its decrypted pages.
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { FakeHost } from '../../../../test/support/fake-host.ts'
import { createHttpClient } from '../../../client/src/http-client.ts'
import { createSpool, spoolFolder } from '../../../client/src/spool.ts'
import plugin from '../../../opencode/src/plugin.ts'
import { openRaw } from '../store/support/sqlite-fixture.ts'
import { createPlace, ensureBuilt, type Place } from './daemon-process.ts'

beforeAll(ensureBuilt, 120_000)

const planted: string[] = []

/** A turn with a token, a password and a private span, all of this door alone. */
function secretsOf(door: string): string {
  const of = (what: string): string => createHash('sha256').update(`${door} ${what}`).digest('hex')
  const [token, password, secret] = [
    `gh${'p_'}${of('token').slice(0, 36)}`,
    `pw-${of('password').slice(0, 12)}`,
    of('private'),
  ]
  planted.push(token, password, secret)
  return `walrus by ${door}: ${token}, password: "${password}", <private>${secret}</private> end`
}

const kept = (door: string): string =>
  `walrus by ${door}: [redacted: github token], password: "[redacted: password]", [redacted: private] end`

function turn(text: string, message_id: string) {
  return { text, role: 'user' as const, message_id, said_at: Date.UTC(2026, 2, 2, 9) }
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesUnder(join(folder, entry.name))
      : entry.isFile()
        ? [join(folder, entry.name)]
        : [],
  )
}

function expectNoSecret(bytes: Buffer, where: string): void {
  const text = bytes.toString('latin1')
  for (const secret of planted) expect(text.includes(secret), `${secret} in ${where}`).toBe(false)
}

function expectNoSecretInFiles(place: Place): void {
  const files = filesUnder(place.dataDir)
  expect(files.length).toBeGreaterThan(1)
  for (const file of files) expectNoSecret(readFileSync(file), file)
}

async function keepThroughEveryDoor(place: Place): Promise<readonly string[]> {
  const home = dirname(place.dataDir)
  const http = createHttpClient({ dataDir: place.dataDir })
  const batch = (door: string) => ({
    client: 'test',
    session_id: door,
    cwd: '/',
    turns: [turn(secretsOf(door), 'm1')],
  })
  await http.call('memory_capture_batch', batch('HTTP batch'))
  await http.call('memory_capture', { text: secretsOf('HTTP capture'), cwd: '/' })
  const { record_id: id } = (await http.call('memory_capture', { text: 'to be corrected', cwd: '/' })) as {
    record_id: string
  }
  await http.call('memory_contradict', { id, new_fact: secretsOf('correction') })
  await http.call('profile_set', { knob: 'identity', value: secretsOf('identity') })
  expect(await place.run(['capture', secretsOf('command line')])).toMatchObject({ code: 0 })
  expect(
    await place.run(['capture', '-'], { input: `${secretsOf('large')} ${'long '.repeat(300_000)}` }),
  ).toMatchObject({ code: 0 })

  const history = join(home, 'history.jsonl')
  writeFileSync(history, `${JSON.stringify({ ...turn(secretsOf('import'), 'm1'), session: 'import' })}\n`)
  expect(await place.run(['import', 'jsonl', history])).toMatchObject({ code: 0 })

  const transcript = join(home, '.claude/projects/-/hooked.jsonl')
  mkdirSync(dirname(transcript), { recursive: true })
  const line = {
    type: 'user',
    uuid: 'u1',
    sessionId: 'hooked',
    cwd: '/',
    timestamp: '2026-03-02T09:00:00.000Z',
  }
  writeFileSync(
    transcript,
    `${JSON.stringify({ ...line, message: { role: 'user', content: secretsOf('hook') } })}\n`,
  )
  await place.run(['hook', 'session-end'], {
    input: JSON.stringify({ session_id: 'hooked', transcript_path: transcript }),
  })
  await place.run(['hook', 'user-prompt'], {
    input: JSON.stringify({ session_id: 'x', cwd: '/', prompt: secretsOf('prompt') }),
  })

  const [port, token] = [place.read('.http.port'), place.read('.http.token')]
  const answer = await fetch(`http://127.0.0.1:${port}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'remember', arguments: { text: secretsOf('tool') } },
    }),
    signal: AbortSignal.timeout(60_000),
  })
  expect(await answer.text()).toContain('Kept')
  await http.call('memory_recall', { cue: secretsOf('cue'), cwd: '/' })
  await http.call('session_exit', { session_id: 'HTTP batch', client: 'test' })
  return ['HTTP batch', 'HTTP capture', 'correction', 'command line', 'import', 'hook', 'tool']
}

test('through no door does a secret get into any file', async () => {
  const place = createPlace()
  // While no daemon runs: the plugin spools, and so does any client.
  const host = new FakeHost()
  await host.load(plugin.server, { dataDir: place.dataDir })
  await host.newSession('plugin')
  await host.userSays('plugin', secretsOf('plugin'))
  await host.hooks.dispose()
  await createSpool({ dataDir: place.dataDir }).append({
    client: 'test',
    session_id: 'spool',
    cwd: '/',
    turns: [turn(secretsOf('spool'), 'm1')],
  })
  expect(readdirSync(spoolFolder(place.dataDir))).toHaveLength(2)
  expectNoSecretInFiles(place)
  // Another program's line in the spool is not ours to redact there, but nowhere else does it come in as it was.
  const foreign = {
    client: 'other',
    session_id: 'foreign',
    cwd: '/',
    ...turn(secretsOf('foreign spool'), 'm1'),
  }
  appendFileSync(join(spoolFolder(place.dataDir), 'other-foreign.jsonl'), `${JSON.stringify(foreign)}\n`, {
    mode: 0o600,
  })

  const daemon = await place.start()
  const doors = ['plugin', 'spool', 'foreign spool', ...(await keepThroughEveryDoor(place))]
  const texts = await eventually(async () => {
    const { stdout } = await place.run(['list', '--all-projects', '--json', '-n', '500'])
    const { memories } = JSON.parse(stdout) as { memories: { text: string }[] }
    const texts = memories.map((memory) => memory.text)
    for (const door of doors) expect(texts).toContain(kept(door))
    expect(texts.some((text) => text.startsWith(`${kept('large')} long`))).toBe(true)
    return texts
  })
  expect(texts.join()).toContain('walrus')
  const { stdout } = await place.run(['status', '--json'])
  expect(JSON.parse(stdout).kept_out).toMatchObject({
    'github token': doors.length + 2,
    private: doors.length + 2,
  })

  daemon.signal('SIGTERM')
  const { stderr, code } = await daemon.ended
  expect(code).toBe(0)
  expectNoSecret(Buffer.from(stderr, 'latin1'), 'the log')
  expectNoSecretInFiles(place)
  const key = Buffer.from(place.read('.key').trim(), 'hex')
  const db = openRaw(join(place.dataDir, 'memory.db'), 'aegis', key)
  const pages = db.serialize()
  db.close()
  expect(pages.includes('walrus by HTTP batch')).toBe(true)
  expectNoSecret(pages, 'the decrypted pages')
}, 60_000)

test('the same turn, captured live and imported, is the same; verification knows its stored form', async () => {
  const place = createPlace()
  const transcript = join(dirname(place.dataDir), '.claude/projects/-/live.jsonl')
  mkdirSync(dirname(transcript), { recursive: true })
  const text = secretsOf('twice')
  const line = {
    type: 'user',
    uuid: 'u1',
    sessionId: 'live',
    cwd: '/',
    timestamp: '2026-03-02T09:00:00.000Z',
  }
  writeFileSync(transcript, `${JSON.stringify({ ...line, message: { role: 'user', content: text } })}\n`)
  await place.start()
  const imported = JSON.parse((await place.run(['import', 'claude-code', '--json'])).stdout)
  expect(imported.stored).toMatchObject({ inserted: 1 })
  const [stored] = JSON.parse((await place.run(['list', '--all-projects', '--json'])).stdout).memories
  const http = createHttpClient({ dataDir: place.dataDir })
  const again = { ...turn(text, stored.message_id), said_at: Date.parse(stored.said_at) }
  const batch = { client: 'claude-code', session_id: 'live', cwd: '/', turns: [again] }
  expect(await http.call('memory_capture_batch', batch)).toMatchObject({ inserted: 0, skipped: 1 })
  await createSpool({ dataDir: place.dataDir }).append(batch)
  const verified = await place.run(['verify', '--json'])
  expect(JSON.parse(verified.stdout)).toMatchObject({ on_disk: 1, stored: 1, missing: 0, differing: 0 })
  expect(verified.code).toBe(0)
})
