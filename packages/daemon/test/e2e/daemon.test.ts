// The daemon as a process: its life, its data across restarts and kills, and how it ends.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createPlace, ensureBuilt, type Place, type RunningProcess } from './daemon-process.ts'

beforeAll(ensureBuilt, 120_000)

const fact = 'The heron of the harbour master is called Ottokar.'

async function get(running: RunningProcess, path: string, token?: string): Promise<Response> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return fetch(`${running.facts.url}${path}`, { headers, signal: AbortSignal.timeout(60_000) })
}

async function recalled(place: Place, cue: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await place.run(['recall', cue, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout).hits.map((hit: { literal_surface: string }) => hit.literal_surface)
}

/** What may stay in the data directory of a daemon that ended well. */
const keptFiles = ['.http.token', '.key', 'memory.db', 'memory.db.cipher']

test('start, capture, recall, stop, start again: what was said is still there', async () => {
  const place = createPlace()
  const first = await place.start()
  expect(first.facts).toMatchObject({
    data_dir: place.dataDir,
    key_source: `key file ${place.dataDir}/.key`,
    socket: join(place.dataDir, '.daemon.sock'),
    auth: 'on',
  })
  expect(await (await get(first, '/healthz')).text()).toBe('{"ok": true}')
  expect(`http://127.0.0.1:${place.read('.http.port')}`).toBe(first.facts.url)
  expect((await place.run(['capture', fact])).stdout).toMatch(/^Kept\.\n/)
  const context = '/memory/session-context?format=text&wake_depth=standard'
  expect((await get(first, context)).status).toBe(401)
  const answer = await get(first, context, place.read('.http.token'))
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])

  expect(await place.run(['stop'])).toMatchObject({ code: 0, stdout: expect.stringContaining('has stopped') })
  expect(await first.ended).toMatchObject({ code: 0, signal: null })
  expect(readdirSync(place.dataDir).sort()).toEqual(keptFiles)

  const token = place.read('.http.token')
  await place.start()
  expect(place.read('.http.token')).toBe(token)
  expect(await recalled(place, 'heron of the harbour master')).toEqual([fact])
  const events = await place.run(['status', '--json'])
  expect(JSON.parse(events.stdout)).toMatchObject({
    memories: 1,
    key_source: expect.stringContaining('.key'),
  })
})

test('a text of megabytes is kept whole, at once', async () => {
  const place = createPlace()
  await place.start()
  const story = `${fact} ${'And so on, and so forth. '.repeat(100_000)}`
  const { code, stdout } = await place.run(['capture', '-'], { input: story })
  expect([code, stdout]).toEqual([0, 'Kept. It was too large for one message and went through the spool.\n'])
  const { memories } = JSON.parse((await place.run(['list', '--json'])).stdout)
  expect(memories).toMatchObject([{ role: 'note', kind: 'fact', client: 'cli', text: story }])
  expect(readdirSync(join(place.dataDir, '.deferred-captures'))).toEqual([])
})

test('everything in the data directory is private, and what was said is in no file of it in plain text', async () => {
  const place = createPlace()
  const running = await place.start()
  await place.run(['capture', '-'], { input: fact })
  for (const moment of ['running', 'stopped']) {
    for (const name of readdirSync(place.dataDir)) {
      const path = join(place.dataDir, name)
      expect(statSync(path).mode & 0o077, `${name} while ${moment}`).toBe(0)
      if (statSync(path).isFile())
        expect(readFileSync(path).includes('Ottokar'), `${name} while ${moment}`).toBe(false)
    }
    if (moment === 'running') {
      running.signal('SIGTERM')
      await running.ended
    }
  }
  const { stdout, stderr } = running.output()
  expect(stdout + stderr).not.toContain('Ottokar')
  expect(stderr).not.toContain(place.read('.http.token'))
})

test('kill -9 loses nothing that was acknowledged, and the next start takes its place', async () => {
  const place = createPlace()
  const first = await place.start()
  await place.run(['capture', fact])
  first.signal('SIGKILL')
  await first.ended
  expect(readdirSync(place.dataDir)).toEqual(
    expect.arrayContaining(['.daemon.json', '.daemon.lock', '.daemon.sock', '.http.port']),
  )
  expect((await place.run(['status'])).code).toBe(3)
  const second = await place.start()
  expect(`http://127.0.0.1:${place.read('.http.port')}`).toBe(second.facts.url)
  expect(await recalled(place, 'heron')).toEqual([fact])
  second.signal('SIGTERM')
  expect((await second.ended).code).toBe(0)
  expect(readdirSync(place.dataDir).sort()).toEqual(keptFiles)
})

test('the command that it prints works from any folder', async () => {
  const place = createPlace()
  const { facts } = await place.start()
  const asked = spawnSync(String(facts.command), ['status', '--data-dir', place.dataDir], {
    cwd: '/',
    encoding: 'utf8',
    env: { HOME: '/nowhere', PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
  })
  expect([asked.status, asked.stderr]).toEqual([0, ''])
})

test('a second daemon says who runs already and leaves it alone', async () => {
  const place = createPlace()
  const first = await place.start()
  const second = await place.run(['daemon'])
  expect(second.code).toBe(1)
  expect(second.stdout).toBe('')
  expect(second.stderr).toContain(`process id ${first.pid}, since 20`)
  expect((await get(first, '/healthz')).status).toBe(200)
  expect((await place.run(['status'])).code).toBe(0)
})

test('of two started at once one runs and one says so', async () => {
  const place = createPlace()
  const outcomes = await Promise.allSettled([place.start(), place.start()])
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(failed).toHaveLength(1)
  expect(String(failed[0]?.reason)).toMatch(/ended instead of starting \(1\):.*is held by/s)
  expect((await place.run(['capture', fact])).code).toBe(0)
})

describe('signals', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s ends it with 0 and nothing left behind',
    async (signal) => {
      const place = createPlace()
      const running = await place.start()
      running.signal(signal)
      expect(await running.ended).toMatchObject({ code: 0, signal: null })
      expect(readdirSync(place.dataDir).sort()).toEqual(keptFiles)
    },
  )

  test('a signal during the start ends it just as well', async () => {
    const place = createPlace()
    const starting = place.start({ env: { IAI_MCP_CRYPTO_PASSPHRASE: 'correct horse' } })
    const ended = starting.then(
      (running) => running.ended,
      () => null,
    )
    while (!existsSync(join(place.dataDir, '.daemon.json')))
      await new Promise((resolve) => setTimeout(resolve, 5))
    process.kill(JSON.parse(place.read('.daemon.json')).pid, 'SIGTERM')
    await ended
    expect(readdirSync(place.dataDir)).not.toContain('.daemon.lock')
    expect(readdirSync(place.dataDir)).not.toContain('.http.port')
  })

  test('an open connection does not keep it', async () => {
    const place = createPlace()
    const running = await place.start()
    const idle = connect({ path: join(place.dataDir, '.daemon.sock') })
    await new Promise((resolve) => idle.once('connect', resolve))
    const startedAt = Date.now()
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)
    // A connection that says nothing is closed after a minute.
    expect(Date.now() - startedAt).toBeLessThan(45_000)
    idle.destroy()
  })
})

test('a log and a banner that nobody reads do not end it', async () => {
  const place = createPlace()
  const running = await place.start()
  running.child.stdout?.destroy()
  running.child.stderr?.destroy()
  for (let calls = 0; calls < 3; calls += 1) expect((await get(running, '/healthz')).status).toBe(200)
  expect((await place.run(['status'])).code).toBe(0)
  expect(running.child.exitCode).toBeNull()
})

test('doctor sees what runs, and warns when the port asks for no token', async () => {
  const place = createPlace()
  await place.start({ env: { IAI_DAEMON_HTTP_AUTH: 'off' } })
  const { code, stdout } = await place.run(['doctor'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ok {4}daemon/m)
  expect(stdout).toMatch(/^ok {4}HTTP port/m)
  expect(stdout).toMatch(/^warn {2}HTTP token +not asked for/m)
})

test('turns spooled while no daemon ran are there after the next start', async () => {
  const { createSpool } = await import('../../../client/src/spool.ts')
  const place = createPlace()
  await createSpool({ dataDir: place.dataDir }).append({
    client: 'opencode',
    session_id: 'ses_1',
    turns: [{ role: 'user', text: fact, message_id: 'm1', said_at: Date.UTC(2026, 0, 2) }],
  })
  await place.start()
  const found = async () => {
    const { stdout } = await place.run(['list', '--all-projects', '--json'])
    return JSON.parse(stdout).memories as { text: string; said_at: string }[]
  }
  let memories = await found()
  for (let tries = 0; memories.length === 0 && tries < 20; tries += 1) memories = await found()
  expect(memories).toMatchObject([{ text: fact, said_at: '2026-01-02T00:00:00.000Z' }])
  expect(readdirSync(join(place.dataDir, '.deferred-captures'))).toEqual([])
})
