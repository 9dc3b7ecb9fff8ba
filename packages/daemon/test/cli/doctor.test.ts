// doctor sees each fault with its remedy, and with --fix the fault is gone afterwards and nothing else is.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { connectDaemon } from '../../../client/src/socket-client.ts'
import { createSpool } from '../../../client/src/spool.ts'
import { judgeDiskSpace } from '../../src/cli/doctor/checks.ts'
import { judgeProcesses, processesOfOurs } from '../../src/cli/doctor/process-checks.ts'
import { model } from '../../src/cli/doctor/store-checks.ts'
import type { Subject } from '../../src/cli/doctor/subject.ts'
import { silentLog } from '../../src/kit/log.ts'
import { openKey } from '../../src/lifecycle/key.ts'
import { acquireLock } from '../../src/lifecycle/lock.ts'
import { readPackageInfo } from '../../src/lifecycle/package-info.ts'
import { storeFilePath } from '../../src/lifecycle/store-file.ts'
import { openWriter } from '../../src/store/sqlite/connection.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { rotateToken } from '../../src/transport/http/token.ts'
import { createPlace } from '../e2e/daemon-process.ts'
import { turn } from '../store/support/invented.ts'
import { threadEntry } from '../store/support/sqlite-fixture.ts'
import { run, startFakeDaemon } from './terminal.ts'

// It also looks at the hosts of whoever runs it.
beforeEach(() => void vi.stubEnv('HOME', tempDir()))
afterEach(() => void vi.unstubAllEnvs())

interface Told {
  readonly check: string
  readonly state: string
  readonly found: string
  readonly remedy?: string
  readonly fixable?: true
}

async function doctor(dataDir: string, ...args: string[]) {
  const ran = await run(['doctor', '--json', '--data-dir', dataDir, ...args], { cwd: dataDir })
  const { findings } = JSON.parse(ran.stdout) as { findings: Told[] }
  const of = (check: string) => findings.filter((finding) => finding.check === check)
  return { code: ran.code, findings, of, one: (check: string) => of(check).at(-1) }
}

const modeOf = (path: string) => statSync(path).mode & 0o777

describe('the data directory and its files', () => {
  test('an open directory is closed', async () => {
    const dataDir = tempDir()
    chmodSync(dataDir, 0o755)
    expect((await doctor(dataDir)).one('data directory')).toMatchObject({ state: 'fail', fixable: true })
    expect(modeOf(dataDir)).toBe(0o755)
    const mended = await doctor(dataDir, '--fix')
    expect(mended.of('data directory').map(({ state }) => state)).toEqual(['fixed', 'ok'])
    expect(modeOf(dataDir)).toBe(0o700)
    expect((await doctor(dataDir)).one('data directory')?.state).toBe('ok')
  })

  test('open files are closed, wherever they are, and keep what they hold', async () => {
    const dataDir = tempDir()
    rotateToken(dataDir)
    await createSpool({ dataDir }).append({
      client: 'c',
      session_id: 's',
      turns: [{ text: 't', role: 'user' }],
    })
    const token = join(dataDir, '.http.token')
    const spool = join(dataDir, '.deferred-captures')
    const [spooled = ''] = readdirSync(spool)
    for (const [path, mode] of [
      [token, 0o644],
      [spool, 0o750],
      [join(spool, spooled), 0o606],
    ] as const)
      chmodSync(path, mode)
    const before = readFileSync(token, 'utf8')
    expect((await doctor(dataDir)).one('files')).toMatchObject({
      state: 'warn',
      found: expect.stringMatching(/^open to other users: .*\.http\.token/),
      fixable: true,
    })
    const mended = await doctor(dataDir, '--fix')
    expect(mended.of('files').map(({ state }) => state)).toEqual(['fixed', 'ok'])
    expect([modeOf(token), modeOf(spool), modeOf(join(spool, spooled))]).toEqual([0o600, 0o700, 0o600])
    expect(readFileSync(token, 'utf8')).toBe(before)
  })
})

describe('what a killed daemon leaves behind', () => {
  const everything = ['.daemon.json', '.daemon.lock', '.http.port', '.sab12cd', '.http.port.0123456789ab.tmp']

  function leave(dataDir: string, ageMs: number): void {
    for (const name of everything) {
      writeFileSync(join(dataDir, name), name === '.http.port' ? '4711' : '', { mode: 0o600 })
      const at = new Date(Date.now() - ageMs)
      utimesSync(join(dataDir, name), at, at)
    }
    writeFileSync(join(dataDir, 'config.json'), '{}', { mode: 0o600 })
  }

  test('is named, and removed; nothing else is', async () => {
    const dataDir = tempDir()
    leave(dataDir, 3_600_000)
    const { one } = await doctor(dataDir)
    expect(one('leftovers')).toMatchObject({ state: 'warn', fixable: true })
    for (const name of everything) expect(one('leftovers')?.found).toContain(name)
    expect(one('leftovers')?.found).toContain('another program may have that port by now')
    expect(readdirSync(dataDir)).toHaveLength(6)
    const mended = await doctor(dataDir, '--fix')
    expect(mended.of('leftovers').map(({ state }) => state)).toEqual(['fixed', 'ok'])
    expect(readdirSync(dataDir)).toEqual(['config.json'])
  })

  test('is left alone while a daemon starts', async () => {
    const dataDir = tempDir()
    leave(dataDir, 3_600_000)
    const lock = acquireLock(dataDir, { pid: 77, startedAt: 0, version: '0' }, silentLog)
    onTestFinished(() => lock.release())
    const { of, code } = await doctor(dataDir, '--fix')
    expect(of('leftovers')[0]).toMatchObject({
      state: 'fail',
      found: expect.stringMatching(/could not be mended: .*is held by the daemon with process id 77/),
    })
    expect(code).toBe(1)
    expect(existsSync(join(dataDir, '.http.port'))).toBe(true)
  })

  test('of a daemon that runs, only what it cannot be using any more', async () => {
    const daemon = await startFakeDaemon({})
    leave(daemon.dataDir, 1_000)
    expect((await doctor(daemon.dataDir)).one('leftovers')?.state).toBe('ok')
    leave(daemon.dataDir, 3_600_000)
    expect((await doctor(daemon.dataDir)).one('leftovers')).toMatchObject({ state: 'note', fixable: true })
    await doctor(daemon.dataDir, '--fix')
    expect(readdirSync(daemon.dataDir).sort()).toEqual([
      '.daemon.json',
      '.daemon.lock',
      '.daemon.sock',
      '.http.port',
      'config.json',
    ])
  })
})

const hour = 3_600_000

/** A directory with a store of three memories, one of them long enough for several passages. */
async function storeOfThree(
  saidAt = Date.now() - hour,
): Promise<{ dataDir: string; ids: readonly string[] }> {
  const dataDir = tempDir()
  const { key } = await openKey(dataDir, null)
  const store = await openSqliteStore({ file: storeFilePath(dataDir), key, log: silentLog, threadEntry })
  const texts = ['The kettle is blue.', 'Leeks grow slowly.', 'A long tale. '.repeat(3_000)]
  const items = texts.map((text, index) => turn({ text, saidAt: saidAt + index }))
  await store.capture(items)
  await store.close()
  return { dataDir, ids: items.map(({ id }) => id) }
}

/** Does to the file what no program of ours would. */
async function spoil(dataDir: string, how: (db: Database) => void): Promise<void> {
  const { key } = await openKey(dataDir, null)
  const db = openWriter({ file: storeFilePath(dataDir), key }, () => {})
  db.pragma('foreign_keys = OFF')
  how(db)
  db.close()
}

describe('the store', () => {
  test('that is whole is called so, in a sample and deep', async () => {
    const { dataDir } = await storeOfThree()
    for (const args of [[], ['--deep']]) {
      const { one } = await doctor(dataDir, ...args)
      expect(one('store')).toMatchObject({ state: 'ok', found: 'whole; 3 memories' })
      expect(one('index')).toMatchObject({ state: 'ok', found: 'agrees with the texts (all 3)' })
      expect(one('clock')?.state).toBe('ok')
    }
  })

  test.each<[string, (db: Database) => void]>([
    [
      'an entry that is missing',
      (db) => db.exec('DELETE FROM passage_index WHERE rowid = (SELECT min(seat) FROM passage)'),
    ],
    [
      'an entry of other words',
      (db) => db.exec("UPDATE passage_index SET terms = 'tea' WHERE rowid = (SELECT min(seat) FROM passage)"),
    ],
    [
      'a passage that is missing',
      (db) => db.exec('DELETE FROM passage WHERE seat = (SELECT min(seat) FROM passage)'),
    ],
    [
      'a passage of another text',
      (db) =>
        db.exec(
          'UPDATE passage SET terms = substr(terms, 1, 10) WHERE seat = (SELECT min(seat) FROM passage)',
        ),
    ],
    [
      'a text that was altered',
      (db) => db.exec("UPDATE memory SET text = 'The kettle is red.' WHERE seq = 1"),
    ],
  ])('with %s in its index', async (_name, how) => {
    const { dataDir, ids } = await storeOfThree()
    await spoil(dataDir, how)
    const { one, code } = await doctor(dataDir)
    expect(one('index')).toMatchObject({
      state: 'fail',
      found: `does not agree with 1 of 3 texts: ${ids[0]}`,
      remedy: expect.stringContaining('the texts are there'),
    })
    expect(code).toBe(1)
  })

  test('with a row that names nothing', async () => {
    const { dataDir } = await storeOfThree()
    await spoil(dataDir, (db) => db.exec('UPDATE memory SET project = 999 WHERE seq = 2'))
    expect((await doctor(dataDir)).one('store')).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('memory names a missing project'),
      remedy: expect.stringContaining('restore a backup'),
    })
  })

  test('that miscounts: seen by --deep', async () => {
    const { dataDir } = await storeOfThree()
    await spoil(dataDir, (db) => db.exec("UPDATE counter SET value = 5 WHERE name = 'memories'"))
    expect((await doctor(dataDir)).one('store')?.state).toBe('ok')
    expect((await doctor(dataDir, '--deep')).one('store')).toMatchObject({
      state: 'warn',
      found: 'counts 2 memories more or fewer than it holds',
    })
  })

  test('whose pages are damaged', async () => {
    const { dataDir } = await storeOfThree()
    const file = storeFilePath(dataDir)
    const bytes = readFileSync(file)
    for (let at = 4_096 * 3 + 100; at < bytes.length; at += 4_096) bytes[at] = (bytes[at] ?? 0) ^ 0xff
    writeFileSync(file, bytes)
    const { one, code } = await doctor(dataDir)
    expect(one('store')).toMatchObject({ state: 'fail', found: expect.stringContaining('is damaged') })
    expect(code).toBe(1)
  })

  test('that the key does not open, or that is no store', async () => {
    const { dataDir } = await storeOfThree()
    writeFileSync(join(dataDir, '.key'), `${'0'.repeat(64)}\n`)
    expect((await doctor(dataDir)).one('store')).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('the key does not open'),
    })
    writeFileSync(storeFilePath(dataDir), 'not a store at all'.repeat(100))
    expect((await doctor(dataDir)).one('store')?.state).toBe('fail')
  })

  test('whose key is gone', async () => {
    const { dataDir } = await storeOfThree()
    rmSync(join(dataDir, '.key'))
    const { one, code } = await doctor(dataDir, '--fix')
    expect(one('key')).toMatchObject({
      state: 'fail',
      remedy: expect.stringMatching(/key|backup|passphrase/),
    })
    expect(existsSync(join(dataDir, '.key'))).toBe(false)
    expect(code).toBe(1)
  })

  test('of another version', async () => {
    const { dataDir } = await storeOfThree()
    await spoil(dataDir, (db) => db.pragma('user_version = 99'))
    expect((await doctor(dataDir)).one('store')).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('was written by a newer iai-mcp'),
    })
    expect((await doctor(dataDir, '--fix')).one('store')?.state).toBe('fail')
  })

  test('with memories from the future', async () => {
    const { dataDir } = await storeOfThree(Date.now() + 30 * hour)
    expect((await doctor(dataDir)).one('clock')).toMatchObject({
      state: 'warn',
      found: expect.stringMatching(/^3 memories dated later than now/),
      remedy: expect.stringContaining('clock'),
    })
  })

  test('is only looked at: no file of it is changed, but for the log that reading makes', async () => {
    const { dataDir } = await storeOfThree()
    const before = readFileSync(storeFilePath(dataDir))
    await doctor(dataDir, '--deep', '--fix')
    expect(readFileSync(storeFilePath(dataDir)).equals(before)).toBe(true)
  })
})

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

test('what was set aside in the spool is counted, and stays where it is', async () => {
  const dataDir = tempDir()
  const folder = join(dataDir, '.deferred-captures')
  mkdirSync(folder, { mode: 0o700 })
  const names = ['s.jsonl.1700000000.failed', 's.jsonl.rejected']
  for (const name of names) writeFileSync(join(folder, name), 'not JSON\n', { mode: 0o600 })
  for (const args of [[], ['--fix']])
    expect((await doctor(dataDir, ...args)).of('spool')).toMatchObject([
      { state: 'warn', found: expect.stringContaining('1 .failed files') },
      { state: 'warn', found: expect.stringContaining('1 .rejected files') },
    ])
  expect(readdirSync(folder).toSorted()).toEqual(names)
})

test('a configuration with a mistake is named with it', async () => {
  const dataDir = tempDir()
  writeFileSync(join(dataDir, 'config.json'), '{ "http_port": "eighty" }', { mode: 0o600 })
  expect((await doctor(dataDir)).one('configuration')).toMatchObject({
    state: 'fail',
    found: expect.stringContaining('http_port'),
  })
})

test('OpenCode is known by the plugin in its configuration', async () => {
  const dataDir = tempDir()
  expect((await doctor(dataDir)).one('OpenCode plugin')).toMatchObject({
    state: 'note',
    remedy: 'iai-mcp setup',
  })
  writeFileSync(join(dataDir, 'opencode.json'), '{ "plugin": ["iai-mcp-opencode"] }')
  expect((await doctor(dataDir)).one('OpenCode plugin')?.state).toBe('ok')
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

describe('the model', () => {
  const subject = (packageFolder: string) => ({ packageFolder, deep: false }) as Subject

  test('that is whole, missing, or damaged', async () => {
    const { folder } = readPackageInfo()
    expect(await model(subject(folder))).toMatchObject({ state: 'ok' })
    const place = tempDir()
    expect(await model(subject(place))).toMatchObject({ state: 'fail', remedy: 'install iai-mcp again' })
    mkdirSync(join(place, 'assets'))
    const [name = ''] = readdirSync(join(folder, 'assets')).filter((file) => file.endsWith('.bin'))
    const copy = join(place, 'assets', name)
    copyFileSync(join(folder, 'assets', name), copy)
    const bytes = readFileSync(copy)
    bytes[1_000_000] = (bytes[1_000_000] ?? 0) ^ 1
    writeFileSync(copy, bytes)
    await expect(model(subject(place))).rejects.toThrow(/damaged; reinstall iai-mcp/)
  })
})

test('little disk space is a warning', () => {
  expect(judgeDiskSpace(20 * 1024 * 1024, '/data')).toMatchObject({
    state: 'warn',
    found: '20 MB free',
    remedy: 'free some on the disk that holds /data',
  })
  expect(judgeDiskSpace(20 * 1024 ** 3, '/data').state).toBe('ok')
})

test('for people: a fault, its remedy, that --fix does it, and what was mended', async () => {
  const dataDir = tempDir()
  chmodSync(dataDir, 0o755)
  const before = await run(['doctor', '--data-dir', dataDir])
  expect(before.stdout).toContain(`FAIL  data directory     ${dataDir} is open to other users\n`)
  expect(before.stdout).toContain(`→ chmod 700 ${dataDir} (--fix does it)\n`)
  expect(before.stdout).toContain('One thing is broken. What can be mended safely: iai-mcp doctor --fix\n')
  const after = await run(['doctor', '--fix', '--data-dir', dataDir])
  expect(after.stdout).toContain(`done  data directory     mended: ${dataDir} is open to other users\n`)
  expect(after.code).toBe(3)
})
