import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { AppError } from '../../src/kit/errors.ts'
import { run, startFakeDaemon } from './terminal.ts'

const clientCommands = [
  ['status'],
  ['capture', 'x'],
  ['recall', 'x'],
  ['context'],
  ['list'],
  ['show', 'a'],
  ['pin', 'a'],
  ['correct', 'a', 'b'],
  ['forget', 'a', '--yes'],
  ['profile'],
]

describe('without a daemon', () => {
  test.each(clientCommands)('%s ends with 3 and says how to start one', async (...args) => {
    const dataDir = tempDir()
    const ran = await run([...args, '--data-dir', dataDir])
    expect(ran.code).toBe(3)
    expect(ran.stdout).toBe('')
    expect(ran.stderr).toContain(join(dataDir, '.daemon.sock'))
    expect(ran.stderr).toContain('start it with: iai-mcp daemon --http')
  })

  test('with --json the error is JSON on standard error', async () => {
    const ran = await run(['list', '--json', '--data-dir', tempDir()])
    expect(JSON.parse(ran.stderr)).toMatchObject({
      code: null,
      error: expect.stringContaining('iai-mcp daemon'),
    })
  })
})

describe('--json', () => {
  test('prints the result as it came', async () => {
    const result = { memories: [], next: null, later: { added: true } }
    const daemon = await startFakeDaemon({ memory_list: result })
    expect(JSON.parse((await daemon.run(['list', '--json'])).stdout)).toEqual(result)
  })

  test('an error of the daemon keeps its code', async () => {
    const daemon = await startFakeDaemon({ memory_list: new AppError('overloaded', 'try again') })
    const ran = await daemon.run(['list', '--json'])
    expect(ran.code).toBe(1)
    expect(JSON.parse(ran.stderr)).toEqual({ error: 'try again', code: 'overloaded' })
  })
})

describe('wrong usage ends with 2', () => {
  test.each([
    [['bogus']],
    [['list', '-n', '0']],
    [['list', '-n', '1.5']],
    [['recall']],
    [['list', '--bogus']],
    [['token', 'burn']],
    [['list', '-n', '1001']],
    [['recall', 'x', '-n', '201']],
    [['recall', 'x', '--budget', '1e3']],
    [['context', '--budget', '-1']],
    [['verify', '--changed-within', '0']],
    [['daemon', '--idle-exit', '1.5']],
    [['daemon', '--log-level', 'loud']],
    [['daemon', '--http-host', '0.0.0.0']],
    [['daemon', '--http-auth', 'perhaps']],
    [['daemon', '--embedding', 'oracle']],
  ])('%j', async (args) => {
    const ran = await run(args)
    expect(ran.code).toBe(2)
    expect(ran.stderr).not.toBe('')
    expect(ran.stdout).toBe('')
  })

  test('also what the daemon calls invalid parameters', async () => {
    const daemon = await startFakeDaemon({
      memory_capture: new AppError('invalid_params', "param 'role': …"),
    })
    expect((await daemon.run(['capture', 'x', '--role', 'boss'])).code).toBe(2)
  })
})

test.each(['99999', '65536', '-1', '1.5', 'http', ''])(
  'a daemon on port %j is wrong usage, and none is started',
  async (port) => {
    const dataDir = join(tempDir(), 'memory')
    const ran = await run(['daemon', '--data-dir', dataDir, `--http-port=${port}`])
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain('--http-port')
    expect(ran.stderr).toContain('It must be a port number from 0 to 65535')
    expect(existsSync(dataDir)).toBe(false)
  },
)

test('help names every command, and each command its options and their other sources', async () => {
  const { code, stdout } = await run(['--help'])
  expect(code).toBe(0)
  for (const name of [...clientCommands.map(([name]) => name), 'stop', 'daemon', 'token', 'doctor'])
    expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
  const daemon = await run(['daemon', '--help'])
  expect(daemon.stdout).toContain('--http-port <port>')
  expect(daemon.stdout).toContain('IAI_DAEMON_HTTP_PORT')
  expect(daemon.stdout).not.toContain('passphrase')
})

describe('remembered text on a terminal', () => {
  const hostile = 'a\u001b[31mred\u001b]0;title\u0007\u0000b\u202ec\u200bd\re\u0085f\u2028g\u{e0041}h'
  const memory = {
    id: 'id',
    text: hostile,
    role: hostile,
    project: hostile,
    session_id: hostile,
    client: hostile,
    said_at: hostile,
    said_again: [],
    pin: null,
    superseded_at: null,
  }

  test.each([false, true])('cannot steer it or hide (styles: %s)', async (styled) => {
    const daemon = await startFakeDaemon({ memory_list: { memories: [memory], next: hostile } })
    const { stdout } = await daemon.run(['list'], { styled })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for them is the point
    const ours = stdout.replace(/\u001b\[(1|2|22)m/g, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for them is the point
    expect(ours).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u200b\u2028]|\u{e0041}/u)
    expect(ours).toContain('ared')
    expect(stdout === ours).toBe(!styled)
  })

  test('is whole with --json', async () => {
    const daemon = await startFakeDaemon({ memory_list: { memories: [memory], next: null } })
    const { stdout } = await daemon.run(['list', '--json'])
    expect(JSON.parse(stdout).memories[0].text).toBe(hostile)
    expect(stdout).not.toContain('\u001b')
  })
})

describe('token', () => {
  test('is made by rotation, private, printed bare, and another one after the next rotation', async () => {
    const dataDir = tempDir()
    const token = () => run(['token', '--data-dir', dataDir])
    expect((await token()).code).toBe(4)
    expect((await run(['token', 'rotate', '--data-dir', dataDir])).stdout).not.toContain(
      readFileSync(join(dataDir, '.http.token'), 'utf8'),
    )
    const first = await token()
    expect(first.stdout).toMatch(/^[\w-]{43}\n$/)
    expect(statSync(join(dataDir, '.http.token')).mode & 0o777).toBe(0o600)
    await run(['token', 'rotate', '--data-dir', dataDir])
    expect((await token()).stdout).not.toBe(first.stdout)
  })
})

describe('doctor', () => {
  // It also looks at the hosts of whoever runs it.
  beforeEach(() => void vi.stubEnv('HOME', tempDir()))
  afterEach(() => void vi.unstubAllEnvs())

  const findings = async (dataDir: string, env: readonly string[] = []) => {
    const ran = await run(['doctor', '--json', '--data-dir', dataDir, ...env], { cwd: dataDir })
    const { findings } = JSON.parse(ran.stdout) as {
      findings: { check: string; state: string; found: string; remedy?: string }[]
    }
    const state = (check: string) => findings.find((finding) => finding.check === check)
    return { code: ran.code, state }
  }

  test('looks at a place that is not there yet without making it', async () => {
    const dataDir = join(tempDir(), 'none')
    const { code, state } = await findings(dataDir)
    expect(code).toBe(3)
    expect(state('data directory')?.state).toBe('note')
    expect(state('key')?.state).toBe('note')
    expect(state('daemon')?.state).toBe('warn')
    expect(existsSync(dataDir)).toBe(false)
  })

  test('fails for an open directory, with the command that mends it', async () => {
    const dataDir = tempDir()
    chmodSync(dataDir, 0o755)
    const { code, state } = await findings(dataDir)
    expect(code).toBe(1)
    expect(state('data directory')).toMatchObject({
      state: 'fail',
      remedy: `chmod 700 ${dataDir}`,
    })
  })

  test('fails for a store without a key', async () => {
    const dataDir = tempDir()
    writeFileSync(join(dataDir, 'memory.db'), 'a store')
    const { code, state } = await findings(dataDir)
    expect(code).toBe(1)
    expect(state('key')?.state).toBe('fail')
  })

  test('finds the plugin in the configuration of the project', async () => {
    const dataDir = tempDir()
    expect((await findings(dataDir)).state('OpenCode plugin')?.state).toBe('note')
    writeFileSync(join(dataDir, 'opencode.json'), '{ "plugin": ["iai-mcp-opencode"] /* yes */ }')
    expect((await findings(dataDir)).state('OpenCode plugin')).toMatchObject({
      state: 'ok',
      found: `named in ${dataDir}/opencode.json`,
    })
  })

  test('sees the daemon that answers, and that it serves no HTTP', async () => {
    const status = { ok: true, state: 'running', version: '0.1.0', pid: 77, http_port: null }
    const daemon = await startFakeDaemon({}, status)
    const { state } = await findings(daemon.dataDir)
    expect(state('daemon')).toMatchObject({ state: 'ok', found: 'version 0.1.0, process 77, running' })
    expect(state('HTTP port')).toMatchObject({ state: 'warn' })
  })

  test('without a daemon it says so, and how to start one', async () => {
    const ran = await run(['doctor', '--data-dir', tempDir()])
    expect(ran.code).toBe(3)
    expect(ran.stdout).toContain('but no daemon runs. Start it: iai-mcp daemon --http')
  })

  test('asks the running daemon for its key, which this shell may not have', async () => {
    const keySource = 'passphrase from IAI_MCP_CRYPTO_PASSPHRASE'
    const status = { ok: true, state: 'running', version: '0.1.0', pid: 77, http_port: null }
    const daemon = await startFakeDaemon({}, { ...status, key_source: keySource })
    writeFileSync(join(daemon.dataDir, 'memory.db'), 'a store')
    const { code, state } = await findings(daemon.dataDir)
    expect(state('store')).toMatchObject({
      state: 'note',
      found: 'not looked into: this shell does not have its key',
    })
    expect(state('key')).toMatchObject({ state: 'ok', found: `${keySource}, in use by the running daemon` })
    expect(code).toBe(0)
  })

  test('a wrong setting is one finding among the others', async () => {
    const dataDir = tempDir()
    writeFileSync(join(dataDir, 'config.json'), '{ "http_port": "many", "log_level": "loud" }')
    const { code, state } = await findings(dataDir)
    expect(code).toBe(1)
    expect(state('configuration')).toMatchObject({
      state: 'fail',
      found: expect.stringMatching(/"http_port" must be a port.*; .*"log_level" must be/),
    })
    expect(state('data directory')?.state).toBe('ok')
    expect(state('disk space')).toBeDefined()
  })

  test.each([
    ['{ "http_auth": "off" }', (dataDir: string) => `remove "http_auth" from ${dataDir}/config.json`],
    ['{}', () => 'unset IAI_DAEMON_HTTP_AUTH'],
  ])('a port without a token: the remedy names the place (%s)', async (file, remedy) => {
    const dataDir = tempDir()
    writeFileSync(join(dataDir, 'config.json'), file)
    if (file === '{}') vi.stubEnv('IAI_DAEMON_HTTP_AUTH', 'off')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { state } = await findings(dataDir)
    expect(state('HTTP token')).toMatchObject({
      state: 'warn',
      remedy: expect.stringContaining(remedy(dataDir)),
    })
  })

  test('says what to do about turns that were not taken in', async () => {
    const dataDir = tempDir()
    mkdirSync(join(dataDir, '.deferred-captures'), { mode: 0o700 })
    for (const name of ['a.jsonl.1.failed', 'b.jsonl.rejected'])
      writeFileSync(join(dataDir, '.deferred-captures', name), '{}')
    const ran = await run(['doctor', '--data-dir', dataDir])
    expect(ran.stdout).toMatch(/1 \.failed files.*\n.*tried again when the daemon starts/)
    expect(ran.stdout).toMatch(/1 \.rejected files.*\n.*look at them, then delete/)
  })
})
