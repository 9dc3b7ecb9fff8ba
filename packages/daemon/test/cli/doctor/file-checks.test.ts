// doctor looks at the data directory and its files, and closes, mends or removes with --fix what is in its way.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { tempDir } from '../../../../../test/support/temp-dir.ts'
import { createSpool } from '../../../../client/src/spool.ts'
import { judgeDiskSpace } from '../../../src/cli/doctor/checks.ts'
import { silentLog } from '../../../src/kit/log.ts'
import { acquireLock } from '../../../src/lifecycle/lock.ts'
import { rotateToken } from '../../../src/transport/http/token.ts'
import { run, startFakeDaemon } from '../terminal.ts'
import { doctor, modeOf, storeOfThree, type Told } from './support.ts'

// It also looks at the hosts of whoever runs it.
beforeEach(() => void vi.stubEnv('HOME', tempDir()))
afterEach(() => void vi.unstubAllEnvs())

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

test('a data directory that cannot be used is said once, not by every look into it', async () => {
  const dataDir = join(tempDir(), 'memory')
  writeFileSync(dataDir, '')
  const ran = await run(['doctor', '--json', '--data-dir', dataDir])
  const { findings } = JSON.parse(ran.stdout) as { findings: Told[] }
  expect(findings.filter(({ state }) => state === 'fail').map(({ check }) => check)).toContain(
    'data directory',
  )
  for (const inside of ['files', 'key', 'store', 'spool', 'leftovers', 'HTTP port'])
    expect(findings.map(({ check }) => check)).not.toContain(inside)
  expect(ran.code).toBe(1)
})

test('a key that cannot be used is one failure, and no second one of the store', async () => {
  const { dataDir } = await storeOfThree()
  rmSync(join(dataDir, '.key'))
  mkdirSync(join(dataDir, '.key'))
  const { one } = await doctor(dataDir)
  expect(one('key')).toMatchObject({ state: 'fail', found: expect.stringContaining('is not a plain file') })
  expect(one('store')).toMatchObject({ state: 'note', found: 'not looked into: its key cannot be used' })
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

test('little disk space is a warning', () => {
  expect(judgeDiskSpace(20 * 1024 * 1024, '/data')).toMatchObject({
    state: 'warn',
    found: '20 MB free',
    remedy: 'free some on the disk that holds /data',
  })
  expect(judgeDiskSpace(20 * 1024 ** 3, '/data').state).toBe('ok')
})
