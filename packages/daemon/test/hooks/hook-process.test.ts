// The command that hosts run: whatever comes, it ends with 0 and in time, and says nothing unless it has memory to give.
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { createPlace, ensureBuilt, type Place } from '../e2e/daemon-process.ts'
import { lines, put } from '../history/support.ts'
import { end } from '../mcp/support/bridge-place.ts'

beforeAll(ensureBuilt, 60_000)

const opening = { session_id: 'new', cwd: '/', hook_event_name: 'SessionStart', source: 'startup' }

function hook(place: Place, event: string, input: unknown = opening, ...more: string[]) {
  const text = typeof input === 'string' ? input : JSON.stringify(input)
  return place.run(['hook', event, '--data-dir', place.dataDir, ...more], { input: text })
}

const silent = { code: 0, signal: null, stdout: '', stderr: '' }

test('without a daemon it says nothing and starts none', async () => {
  const place = createPlace()
  for (const event of ['user-prompt', 'stop', 'subagent-stop', 'pre-compact', 'session-end'])
    expect(await hook(place, event)).toEqual(silent)
  expect(await place.run(['status', '--data-dir', place.dataDir])).toMatchObject({ code: 3 })
})

test('a session that opens starts the daemon, which outlives it', async () => {
  const place = createPlace()
  expect(await hook(place, 'session-start')).toEqual(silent)
  const status = await eventually(async () => {
    const ran = await place.run(['status', '--json', '--data-dir', place.dataDir])
    expect(ran.code).toBe(0)
    return JSON.parse(ran.stdout)
  })
  onTestFinished(() => end(status.pid, 'SIGKILL'))
  expect(status.pid).toBeGreaterThan(1)
})

test('a transcript that one hook names is in the context that another is given', async () => {
  const place = createPlace()
  await place.start()
  const transcript = join(place.dataDir, '../.claude/projects/-/old.jsonl')
  const line = (uuid: string, type: string, text: string) => ({
    type,
    uuid,
    sessionId: 'old',
    cwd: '/',
    timestamp: new Date(Date.now() - 60_000).toISOString(),
    message: { role: type, content: [{ type: 'text', text }] },
  })
  put(transcript, lines(line('1', 'user', 'Staging listens on port 6543.'), line('2', 'assistant', 'Noted.')))
  expect(await hook(place, 'session-end', { session_id: 'old', transcript_path: transcript })).toEqual(silent)
  await eventually(async () => {
    const { code, stdout } = await hook(place, 'session-start')
    expect(code).toBe(0)
    const { hookSpecificOutput } = JSON.parse(stdout)
    expect(hookSpecificOutput.hookEventName).toBe('SessionStart')
    expect(hookSpecificOutput.additionalContext).toContain('port 6543')
  })
})

test.each([
  ['no JSON', 'session-start', 'this is no JSON'],
  ['nothing', 'session-start', ''],
  ['a list', 'stop', '[]'],
  ['null', 'stop', 'null'],
  ['ids of the wrong kind', 'stop', { session_id: 7, cwd: null, transcript_path: ['/etc/passwd'] }],
  ['a path of somebody else', 'stop', { session_id: 's', transcript_path: '/etc/passwd' }],
])('input that is %s changes nothing', async (_name, event, input) => {
  const place = createPlace()
  await place.start()
  expect(await hook(place, event, input)).toEqual(silent)
})

test('wrong arguments and settings are no refusal of the turn either', async () => {
  const place = createPlace()
  expect(await hook(place, 'sesion-start')).toMatchObject({ code: 0, stdout: '' })
  expect(await hook(place, 'stop', opening, '--no-such-flag')).toMatchObject({ code: 0, stdout: '' })
  put(join(place.dataDir, 'config.json'), 'not JSON')
  expect(await hook(place, 'stop')).toMatchObject({ code: 0, stdout: '' })
})

test('a daemon that never answers is not waited for', async () => {
  const place = createPlace()
  const path = join(place.dataDir, '../s')
  let askedAt = Number.NaN
  const server = createServer(() => {
    askedAt = performance.now()
  })
  await new Promise<void>((listening) => server.listen(path, listening))
  onTestFinished(() => void server.close())
  expect(await hook(place, 'stop', opening, '--socket', path)).toEqual(silent)
  // The call itself would be given up after ten seconds.
  expect(performance.now() - askedAt).toBeLessThan(8_000)
})

test('is waited for as long as the user says', async () => {
  const place = createPlace()
  const path = join(place.dataDir, '../s')
  const answer = { ok: true, text: 'What was said before.' }
  const server = createServer((socket) => {
    socket.once('data', () => setTimeout(() => socket.end(`${JSON.stringify(answer)}\n`), 3_000))
  })
  await new Promise<void>((listening) => server.listen(path, listening))
  onTestFinished(() => void server.close())
  expect(await hook(place, 'session-start', opening, '--socket', path)).toEqual(silent)
  put(join(place.dataDir, 'config.json'), '{ "hook_wait_ms": 60000 }')
  const { stdout } = await hook(place, 'session-start', opening, '--socket', path)
  expect(stdout).toContain('What was said before.')
})

test('a host that never closes the input is not waited for', async () => {
  const place = createPlace()
  const child = place.launch(['hook', 'stop', '--data-dir', place.dataDir])
  const code = await new Promise((ended) => child.once('exit', ended))
  expect(code).toBe(0)
})
