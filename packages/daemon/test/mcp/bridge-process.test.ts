// Bridges as hosts start them: a daemon on demand, exactly one; none left behind however their hosts end.
import { type ChildProcess, execFile, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { bin, createPlace, ensureBuilt } from '../e2e/daemon-process.ts'
import { createBridgePlace, end, lives, until } from './support/bridge-place.ts'

beforeAll(ensureBuilt, 120_000)

const slow = 90_000

test('the first bridge starts a daemon, which stays when the bridge leaves and serves the next one', async () => {
  const place = createBridgePlace()
  const first = place.bridge()
  const handshake = await first.ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'host', version: '1' },
  })
  expect(handshake.result).toMatchObject({ protocolVersion: '2025-11-25', serverInfo: { name: 'iai-mcp' } })
  expect((await first.tool('remember', { text: 'The key hangs behind the door.' })).isError).toBeUndefined()
  expect(await first.leave()).toBe(0)
  expect(first.lines.map((line) => JSON.parse(line).jsonrpc)).toEqual(['2.0', '2.0'])
  const daemon = place.daemonPid()
  const second = place.bridge()
  expect((await second.tool('recall', { cue: 'key door' })).content[0].text).toContain('behind the door')
  expect(place.daemonPid()).toBe(daemon)
  expect([...place.processes().keys()].sort()).toEqual([daemon, second.pid].sort())
  expect(statSync(join(place.dataDir, 'daemon.log')).mode & 0o777).toBe(0o600)
})

test(
  'fifty at once share one daemon and leave none of themselves behind',
  async () => {
    const place = createBridgePlace()
    const bridges = Array.from({ length: 50 }, () => place.bridge())
    const answers = await Promise.all(bridges.map((bridge) => bridge.tool('status')))
    expect(answers.every((answer) => answer.isError === undefined)).toBe(true)
    const daemons = [...place.processes().values()].filter((line) => line.includes(' daemon '))
    expect(daemons).toHaveLength(1)
    expect(readFileSync(join(place.dataDir, 'daemon.log'), 'utf8')).toBe('')
    expect(await Promise.all(bridges.map((bridge) => bridge.leave()))).toEqual(bridges.map(() => 0))
    expect([...place.processes().keys()]).toEqual([place.daemonPid()])
  },
  slow,
)

test('a host that ends everything below its bridge, as OpenCode does, leaves the daemon to the others', async () => {
  const place = createBridgePlace()
  const bridge = place.bridge()
  expect((await bridge.tool('status')).isError).toBeUndefined()
  const daemon = place.daemonPid()
  expect(descendants(bridge.pid)).toEqual([])
  // Nor is it reached by a signal to the host's group, or by the end of the terminal it was started from.
  expect(groupAndSession(daemon)).not.toEqual(groupAndSession(bridge.pid))
  expect(groupAndSession(daemon)).not.toContain(bridge.pid)
  expect(await bridge.leave()).toBe(0)
  expect(lives(daemon)).toBe(true)
  const { stdout } = await promisify(execFile)(process.execPath, [bin, 'stop', '--data-dir', place.dataDir])
  expect(stdout).toContain(String(daemon))
  await until(() => !lives(daemon))
})

test('iai-mcp start starts one for whoever comes, and says when one runs already', async () => {
  const place = createBridgePlace()
  const start = async () => {
    const args = [bin, 'start', '--http', '--json', '--data-dir', place.dataDir]
    return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout)
  }
  const first = await start()
  expect(first).toEqual({ started: true, pid: place.daemonPid(), http_port: expect.any(Number) })
  expect(await start()).toEqual({ ...first, started: false })
  expect([...place.processes().keys()]).toEqual([first.pid])
})

test('iai-mcp start says when the daemon that runs has no port, and one is asked for', async () => {
  const place = createBridgePlace()
  await place.bridge().tool('status')
  const args = [bin, 'start', '--http', '--data-dir', place.dataDir]
  await expect(promisify(execFile)(process.execPath, args)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('serves no HTTP: iai-mcp stop, then: iai-mcp start --http'),
  })
})

describe('a host that is killed takes its bridge with it', () => {
  test.each(['own-input', 'share-input'] as const)('%s', async (sharing) => {
    const place = createBridgePlace()
    const { host, bridgePid } = await place.host(sharing)
    expect(lives(bridgePid)).toBe(true)
    host.kill('SIGKILL')
    await once(host, 'exit')
    await until(() => !lives(bridgePid))
  })
})

describe('a daemon that goes under a bridge', () => {
  test('a restarted one is found again', async () => {
    const place = createBridgePlace()
    const bridge = place.bridge()
    await bridge.tool('remember', { text: 'The boat is called Lydia.' })
    const first = place.daemonPid()
    end(first, 'SIGTERM')
    await until(() => !lives(first))
    const answer = await bridge.tool('recall', { cue: 'boat' })
    expect(answer.content[0].text).toContain('Lydia')
    expect(place.daemonPid()).not.toBe(first)
  })

  test('a killed one is started again', async () => {
    const place = createBridgePlace()
    const bridge = place.bridge()
    await bridge.tool('remember', { text: 'The boat is called Lydia.' })
    end(place.daemonPid(), 'SIGKILL')
    const answers = await Promise.all([
      bridge.ask('tools/list'),
      bridge.ask('prompts/list'),
      bridge.ask('ping'),
    ])
    expect(answers.map(({ error }) => error)).toEqual([undefined, undefined, undefined])
    expect((await bridge.tool('recall', { cue: 'boat' })).content[0].text).toContain('Lydia')
  })
})

test('a directory that is still held is waited for', async () => {
  const place = createBridgePlace()
  mkdirSync(place.dataDir, { mode: 0o700 })
  const holder = await holdLock(place.dataDir)
  const answer = place.bridge().tool('status')
  await wait(1_500)
  holder.send({ release: true })
  expect((await answer).structuredContent).toMatchObject({ memories: 0 })
})

test('what keeps the daemon from starting is told to the model, and nothing is left running', async () => {
  const place = createBridgePlace()
  mkdirSync(place.dataDir)
  chmodSync(place.dataDir, 0o755)
  const bridge = place.bridge()
  const answer = await bridge.tool('recall', { cue: 'x' })
  expect(answer).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('chmod 700') }] })
  const { error } = await bridge.ask('tools/list')
  expect(error).toMatchObject({ code: -32603, message: expect.stringContaining('chmod 700') })
  expect([...place.processes().keys()]).toEqual([bridge.pid])
})

test('the bin explains the command, and what is wrong with it', async () => {
  const place = createPlace()
  const help = await place.run(['mcp', '--help'])
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--legacy-tools') })
  const wrong = await place.run(['mcp', '--bogus'])
  expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--bogus') })
  const misconfigured = await place.run(['mcp'], { env: { IAI_DAEMON_HTTP_PORT: 'many' } })
  expect(misconfigured).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('IAI_DAEMON_HTTP_PORT'),
  })
  expect(bin).toMatch(/iai-mcp\.js$/)
})

/** Found as OpenCode 1.18.33 finds them before it ends each: by parent ids, from its server down. */
function descendants(pid: number): readonly number[] {
  const children = processTable().flatMap(([child, parent]) => (parent === pid ? [child ?? 0] : []))
  return children.flatMap((child) => [child, ...descendants(child)])
}

function groupAndSession(pid: number): readonly number[] {
  return (
    processTable()
      .find(([each]) => each === pid)
      ?.slice(2) ?? []
  )
}

/** pid, parent, group and session of each. */
function processTable(): readonly (readonly number[])[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,pgid=,sess='], { encoding: 'utf8' })
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
}

async function holdLock(dataDir: string): Promise<ChildProcess> {
  const racer = fork(fileURLToPath(new URL('../lifecycle/lock-racer.ts', import.meta.url)))
  onTestFinished(() => void racer.kill('SIGKILL'))
  await once(racer, 'message')
  racer.send({ take: dataDir })
  const [{ taken }] = await once(racer, 'message')
  expect(taken).toBe(true)
  return racer
}
