// The command that hosts run: whatever comes, it ends with 0 and in time, and says nothing unless it has memory to give.
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { limits } from '../../src/kit/limits.ts'
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
  const status = await vi.waitFor(async () => {
    const ran = await place.run(['status', '--json', '--data-dir', place.dataDir])
    expect(ran.code).toBe(0)
    return JSON.parse(ran.stdout)
  }, 10_000)
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
  await vi.waitFor(async () => {
    const { code, stdout } = await hook(place, 'session-start')
    expect(code).toBe(0)
    const { hookSpecificOutput } = JSON.parse(stdout)
    expect(hookSpecificOutput.hookEventName).toBe('SessionStart')
    expect(hookSpecificOutput.additionalContext).toContain('port 6543')
  }, 10_000)
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
  const server = createServer(() => {})
  await new Promise<void>((listening) => server.listen(path, listening))
  onTestFinished(() => void server.close())
  const startedAt = performance.now()
  expect(await hook(place, 'stop', opening, '--socket', path)).toEqual(silent)
  expect(performance.now() - startedAt).toBeLessThan(limits.hookColdMsMax * 4)
})

test('a host that never closes the input is not waited for', async () => {
  const place = createPlace()
  const child = place.launch(['hook', 'stop', '--data-dir', place.dataDir])
  const code = await new Promise((ended) => child.once('exit', ended))
  expect(code).toBe(0)
})
