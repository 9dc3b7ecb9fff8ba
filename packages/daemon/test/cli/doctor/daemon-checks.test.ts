// doctor asks the daemon, looks at its port and at processes of ours.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { tempDir } from '../../../../../test/support/temp-dir.ts'
import { connectDaemon } from '../../../../client/src/socket-client.ts'
import { createSpool } from '../../../../client/src/spool.ts'
import { judgeProcesses, processesOfOurs } from '../../../src/cli/doctor/process-checks.ts'
import { readPackageInfo } from '../../../src/lifecycle/package-info.ts'
import { rotateToken } from '../../../src/transport/http/token.ts'
import { createPlace } from '../../e2e/daemon-process.ts'
import { startFakeDaemon } from '../terminal.ts'
import { doctor, hour } from './support.ts'

// It also looks at the hosts of whoever runs it.
beforeEach(() => void vi.stubEnv('HOME', tempDir()))
afterEach(() => void vi.unstubAllEnvs())

describe('the daemon and its port', () => {
  const status = { ok: true, state: 'running', pid: 77, http_port: null }

  test('an older daemon than the one installed', async () => {
    const daemon = await startFakeDaemon({}, { ...status, version: '0.0.1' })
    const { version } = readPackageInfo()
    expect((await doctor(daemon.dataDir)).one('daemon')).toMatchObject({
      state: 'warn',
      found: `version 0.0.1, process 77, running; installed is ${version}`,
      remedy: 'iai-mcp stop, then start it again',
    })
  })

  test('one that was started before its settings changed', async () => {
    const { version } = readPackageInfo()
    const startedAt = Date.now() - hour
    const started_at = new Date(startedAt).toISOString()
    const { dataDir } = await startFakeDaemon({}, { ...status, version, started_at })
    const configFile = join(dataDir, 'config.json')
    writeFileSync(configFile, '{}', { mode: 0o600 })
    expect((await doctor(dataDir)).one('daemon')).toMatchObject({
      state: 'warn',
      found: expect.stringContaining(`started before ${configFile} was changed`),
      remedy: expect.stringMatching(/^iai-mcp stop, then start it/),
    })
    utimesSync(configFile, new Date(startedAt - hour), new Date(startedAt - hour))
    expect((await doctor(dataDir)).one('daemon')).toMatchObject({ state: 'ok' })
  })

  test('a stranger on the port', async () => {
    const heard: string[] = []
    const stranger = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (chunk) => {
        heard.push(chunk.toString())
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"ok": true}')
      })
    })
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void stranger.close())
    const { port } = stranger.address() as AddressInfo
    const daemon = await startFakeDaemon({}, { ...status, http_port: port })
    const token = rotateToken(daemon.dataDir)
    writeFileSync(join(daemon.dataDir, '.http.port'), String(port), { mode: 0o600 })
    expect((await doctor(daemon.dataDir)).one('HTTP port')).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('did not prove to be the daemon'),
      remedy: 'restart the daemon',
    })
    expect(heard.join('')).toContain('challenge=')
    expect(heard.join('')).not.toContain(token)
  })

  test('a port file that leads elsewhere', async () => {
    const daemon = await startFakeDaemon({}, { ...status, http_port: 4711 })
    writeFileSync(join(daemon.dataDir, '.http.port'), '4712', { mode: 0o600 })
    expect((await doctor(daemon.dataDir)).one('HTTP port')).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('does not hold 4711'),
    })
  })

  const spooled = [{ text: 'The invented kettle is blue.', role: 'user' as const, said_at: Date.now() }]
  const spool = (dataDir: string) =>
    createSpool({ dataDir }).append({ client: 'c', session_id: 's', turns: spooled })

  // A real one looks into the spool every two seconds, and would be now quicker and now slower than the doctor.
  test('turns that wait though a daemon runs: --fix has it take them in', async () => {
    const asked: string[] = []
    const daemon = await startFakeDaemon({}, status, (type) => {
      asked.push(type)
      if (type === 'session_open') rmSync(join(folder, name))
    })
    const { dataDir } = daemon
    await spool(dataDir)
    const folder = join(dataDir, '.deferred-captures')
    const [name = ''] = readdirSync(folder)
    expect((await doctor(dataDir)).one('spool')).toMatchObject({ state: 'note' })
    const at = new Date(Date.now() - hour)
    utimesSync(join(folder, name), at, at)
    expect((await doctor(dataDir)).one('spool')).toMatchObject({
      state: 'warn',
      found: `1 files wait for the daemon to take them in, the oldest since ${at.toISOString()}, though one runs`,
      fixable: true,
    })
    expect(asked).not.toContain('session_open')
    const mended = await doctor(dataDir, '--fix')
    expect(mended.of('spool').map(({ state }) => state)).toEqual(['fixed', 'ok'])
    expect(asked.filter((type) => type === 'session_open')).toHaveLength(1)
  })

  test('and the daemon that is asked to has taken them in when it answers', async () => {
    const place = createPlace()
    const daemon = await place.start()
    await spool(place.dataDir)
    const client = await connectDaemon(join(place.dataDir, '.daemon.sock'))
    onTestFinished(() => client.close())
    expect(await client.control({ type: 'session_open' })).toMatchObject({ ok: true })
    expect(readdirSync(join(place.dataDir, '.deferred-captures'))).toEqual([])
    expect((await place.run(['list', '--all-projects'])).stdout).toContain('The invented kettle is blue.')
    daemon.signal('SIGTERM')
    await daemon.ended
  })
})

describe('processes', () => {
  const bin = '/opt/iai-mcp/bin/iai-mcp.js'
  const line = (pid: number, parent: number, ...args: string[]) => ({
    pid,
    parent,
    args: ['node', ...args],
    env: { HOME: '/home/ada' },
    cwd: '/srv',
  })

  test('are told by program, command and data directory', () => {
    const lines = [
      line(10, 1, '--max-old-space-size=512', bin, 'daemon', '--http'),
      line(11, 1, bin, 'daemon', '--data-dir', '/elsewhere'),
      line(12, 5, bin, 'mcp', '--data-dir=/home/ada/.iai-mcp'),
      { ...line(13, 5, bin, 'mcp'), env: { HOME: '/home/ada', IAI_MCP_STORE: 'rel' } },
      line(14, 5, bin, 'recall', 'daemon'),
      line(15, 5, 'editor.js', 'daemon'),
      // An old Node that has started a newer one, and waits for it.
      line(20, 1, bin, 'daemon'),
      line(21, 20, bin, 'daemon'),
    ]
    expect(processesOfOurs(lines, '/home/ada/.iai-mcp').map(({ pid }) => pid)).toEqual([10, 12, 21])
    expect(processesOfOurs(lines, '/srv/rel').map(({ pid }) => pid)).toEqual([13])
  })

  test('a second daemon and a bridge without its host are named with the way to end them', () => {
    const found = [
      { pid: 10, parent: 1, command: 'daemon' },
      { pid: 11, parent: 1, command: 'daemon' },
      { pid: 12, parent: 5, command: 'mcp' },
      { pid: 13, parent: 1, command: 'mcp' },
      { pid: 14, parent: 1, command: 'mcp' },
    ] as const
    expect(judgeProcesses(found, 10, true)).toEqual([
      expect.objectContaining({
        state: 'warn',
        found: 'process 11 is a daemon of this directory that does not answer for it',
        remedy: 'if it stays: kill 11',
      }),
      expect.objectContaining({ found: 'processes 13, 14 are bridges whose hosts are gone' }),
    ])
    expect(judgeProcesses([found[0], found[2]], 10, true)).toEqual([
      { state: 'ok', check: 'processes', found: '1 of the daemon, 1 of hosts' },
    ])
    // Where process 1 is a host of its own, in a container.
    expect(judgeProcesses([found[0], found[3]], 10, false)[0]?.state).toBe('ok')
  })

  test('a real one that does not answer is seen', async () => {
    const dataDir = tempDir()
    const args = ['-e', 'setInterval(() => {}, 1000)', '/x/iai-mcp.js', 'daemon', '--data-dir', dataDir]
    const child: ChildProcess = spawn(process.execPath, args, { stdio: 'ignore' })
    onTestFinished(async () => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    })
    await once(child, 'spawn')
    expect((await doctor(dataDir)).one('processes')).toMatchObject({
      state: 'warn',
      found: `process ${child.pid} is a daemon of this directory that does not answer for it`,
    })
  })
})
