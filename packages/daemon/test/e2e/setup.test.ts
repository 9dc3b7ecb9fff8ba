// Set-up, undo and the service by the real command, in an invented home with three agents.

import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { readKey } from '../../src/lifecycle/key.ts'
import { storeFilePath } from '../../src/lifecycle/store-file.ts'
import { openReader } from '../../src/store/sqlite/connection.ts'
import { bin, ensureBuilt } from './daemon-process.ts'
import { type Home, homeWith, snapshot, threeAgents, turn } from './home-with-agents.ts'

beforeAll(ensureBuilt, 120_000)

async function setupJson(place: Home, ...args: readonly string[]) {
  const { code, stdout } = await place.setup('--yes', '--no-import', '--json', ...args)
  return { code, ...JSON.parse(stdout) }
}

/** As Claude Code 2.1.330 leaves it; the real one is put to the test in test/hosts. */
function installPlugin(home: string, program: 'a path' | 'iai-mcp' = 'a path'): string {
  const folder = join(home, '.claude/plugins/cache/iai-mcp/iai-mcp/0.1.0')
  const source = join(bin, '../../integrations/claude-code')
  cpSync(source, folder, { recursive: true })
  for (const name of ['hooks/hooks.json', '.mcp.json']) {
    const text = readFileSync(join(folder, name), 'utf8')
    if (program === 'iai-mcp') continue
    const runs = text
      .replaceAll('"iai-mcp hook', `"${process.execPath} ${bin} hook`)
      .replace('"command": "iai-mcp",', `"command": ${JSON.stringify(process.execPath)},`)
      .replace('"args": [', `"args": [${JSON.stringify(bin)},`)
    writeFileSync(join(folder, name), runs)
  }
  const settings = join(home, '.claude/settings.json')
  const text = readFileSync(settings, 'utf8')
  writeFileSync(settings, text.replace('{', '{ "enabledPlugins": { "iai-mcp@iai-mcp": true },'))
  writeFileSync(
    join(home, '.claude/plugins/installed_plugins.json'),
    JSON.stringify({ version: 2, plugins: { 'iai-mcp@iai-mcp': [{ scope: 'user', installPath: folder }] } }),
  )
  return folder
}

/** A program of that name in a folder, which is made. */
function programIn(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 })
  return folder
}

/** All that the store holds, table by table, read past the daemon. */
async function everyRow(dataDir: string): Promise<Readonly<Record<string, unknown>>> {
  const { key } = await readKey(dataDir, null)
  const db = openReader({ file: storeFilePath(dataDir), key })
  try {
    const tables = db
      .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
    // Vectors of what was there before may come meanwhile, and a look at how much there is to do.
    const kept = tables.map(({ name }) => name).filter((name) => !/vector|counter|embed/.test(name))
    expect(kept).toEqual(
      expect.arrayContaining(['project', 'session', 'memory', 'passage', 'term', 'forgotten']),
    )
    return Object.fromEntries(kept.map((name) => [name, db.prepare(`SELECT * FROM "${name}"`).all()]))
  } finally {
    db.close()
  }
}

/** Several set-ups, each with a daemon of its own for the checks. */
const slow = { timeout: 180_000 }

describe('setup', () => {
  test(
    'connects three agents, proves each with a round trip, imports, and goes back to the byte',
    slow,
    async () => {
      const place = homeWith({ ...threeAgents, '.claude/projects/shop/ses-1.jsonl': turn })
      const before = snapshot(place.home)
      const { code, stdout } = await place.setup('--yes', '--json')
      const result = JSON.parse(stdout)
      expect(
        result.findings.map(({ state, check }: { state: string; check: string }) => [check, state]),
      ).toEqual([
        ['OpenCode plugin', 'ok'],
        ['OpenCode MCP', 'ok'],
        ['Claude Code hooks', 'ok'],
        ['Claude Code MCP', 'ok'],
        ['Codex hooks', 'ok'],
        ['Codex MCP', 'ok'],
      ])
      expect(code).toBe(0)
      expect(result).toMatchObject({ daemon: 'started', import: { stored: { inserted: 1 } } })
      // What the checks said was forgotten again.
      expect(JSON.parse((await place.run(['status', '--json'])).stdout)).toMatchObject({ memories: 1 })

      const once = snapshot(place.home)
      const again = JSON.parse((await place.setup('--yes', '--json')).stdout)
      expect(again).toMatchObject({ changed: false, daemon: 'was running', import: { turns: 0 } })
      expect(snapshot(place.home)).toEqual(once)

      const preview = await place.setup('--undo', '--dry-run')
      expect(preview.code).toBe(0)
      expect(preview.stdout).toContain('-[mcp_servers.iai-mcp]')
      expect(preview.stdout).toContain('would be as it was, byte for byte')
      expect(preview.stdout).toContain('Nothing was changed.')
      expect(snapshot(place.home)).toEqual(once)

      const ofCodex = await place.setup('--undo', '--host', 'codex')
      expect(ofCodex.code).toBe(0)
      expect(ofCodex.stdout).toContain('settings of iai-mcp itself')
      const isCodex = ([path]: [string, unknown]) => path.includes('.codex')
      const partOf = (all: Record<string, unknown>, wanted: boolean) =>
        Object.fromEntries(Object.entries(all).filter((each) => isCodex(each) === wanted))
      const now = snapshot(place.home)
      expect(partOf(now, true)).toEqual(partOf(before, true))
      expect(partOf(now, false)).toEqual(partOf(once, false))
      expect(existsSync(join(place.dataDir, 'config.json'))).toBe(true)

      expect((await place.setup('--undo')).code).toBe(0)
      expect(snapshot(place.home)).toEqual(before)
      expect(existsSync(join(place.dataDir, 'config.json'))).toBe(false)
      expect((await place.setup('--undo')).stdout).toContain('There is nothing to undo.')
    },
  )

  test('--dry-run shows every line and touches nothing', async () => {
    const place = homeWith(threeAgents)
    const before = snapshot(place.home)
    const { code, stdout } = await place.setup('--dry-run')
    expect(code).toBe(0)
    for (const line of [
      '+\t"mcp": {',
      '+[mcp_servers.iai-mcp]',
      '+  "http_port": 0,',
      'Nothing was changed.',
    ])
      expect(stdout).toContain(line)
    expect(snapshot(place.home)).toEqual(before)
    expect(existsSync(place.dataDir)).toBe(false)
  })

  test('--undo of a host that there is none of undoes nothing', async () => {
    const place = homeWith(threeAgents)
    const { code, stderr } = await place.setup('--undo', '--host', 'code')
    expect(code).toBe(2)
    expect(stderr).toContain('there is no host "code"')
  })

  test('without --yes and nobody to ask, changes nothing', async () => {
    const place = homeWith(threeAgents)
    const { code, stderr } = await place.setup()
    expect(code).toBe(2)
    expect(stderr).toContain('--yes')
    expect(existsSync(place.dataDir)).toBe(false)
  })

  test(
    'works with one agent only, and names what it could not read without keeping the others out',
    slow,
    async () => {
      const broken = '{\n  "theme": "dark"\n  "plugin": []\n}\n'
      const place = homeWith({ '.config/opencode/opencode.json': broken, '.codex/config.toml': '' })
      const { code, stdout } = await place.setup('--yes', '--json', '--no-import')
      expect(code).toBe(1)
      const result = JSON.parse(stdout)
      expect(result.hosts).toEqual([
        {
          host: 'opencode',
          why: '~/.config/opencode is there',
          problem: expect.stringContaining('opencode.json:3:3: comma expected'),
          note: null,
        },
        { host: 'codex', why: '~/.codex is there', problem: null, note: null },
      ])
      expect(readFileSync(join(place.home, '.config/opencode/opencode.json'), 'utf8')).toBe(broken)
      expect(result.findings).toContainEqual(expect.objectContaining({ check: 'Codex MCP', state: 'ok' }))
    },
  )

  test(
    'leaves Claude Code to its plugin where that is installed, and takes its own hooks out',
    slow,
    async () => {
      const place = homeWith(threeAgents)
      await place.setup('--yes', '--no-import', '--host', 'claude-code')
      const settings = join(place.home, '.claude/settings.json')
      const folder = installPlugin(place.home)
      expect((await place.run(['doctor'])).stdout).toMatch(/warn {2}Claude Code hooks.* twice/)
      const { hosts, findings, code } = await setupJson(place, '--host', 'claude-code')
      expect(hosts).toEqual([
        {
          host: 'claude-code',
          why: 'named with --host',
          problem: null,
          note: 'has the plugin iai-mcp, which brings the hooks and the tools',
        },
      ])
      expect(findings).toContainEqual({
        state: 'ok',
        check: 'Claude Code hooks',
        found: expect.stringContaining(join(folder, 'hooks/hooks.json')),
      })
      expect(code).toBe(0)
      expect(readFileSync(settings, 'utf8')).not.toContain('iai-mcp.js')
      expect(readFileSync(settings, 'utf8')).toContain('"command": "date"')
      expect(readFileSync(join(place.home, '.claude.json'), 'utf8')).not.toContain('iai-mcp')
      expect((await place.run(['doctor'])).stdout).toMatch(/ok {4}Claude Code hooks/)
    },
  )

  test('keeps its own hooks while the command of the plugin cannot be run, and says why', slow, async () => {
    const place = homeWith(threeAgents)
    await place.setup('--yes', '--no-import', '--host', 'claude-code')
    installPlugin(place.home, 'iai-mcp')
    const before = snapshot(place.home)
    const run = await place.setup('--yes', '--no-import', '--host', 'claude-code')
    expect(run.code, run.stdout).toBe(0)
    expect(run.stdout).toContain('which does nothing: hooks run iai-mcp, which is not on the PATH')
    expect(snapshot(place.home)).toEqual(before)
    expect((await place.run(['doctor'])).stdout).toMatch(/warn {2}Claude Code hooks.*does nothing/)

    // What npx alone puts on the PATH is gone when a host runs its hooks.
    const lasting = programIn(tempDir(), 'iai-mcp')
    const passing = programIn(join(tempDir(), 'node_modules/.bin'), 'iai-mcp')
    const planned = async (folder: string) => {
      const env = { PATH: `${folder}:/usr/bin:/bin` }
      return (await place.run(['setup', '--dry-run', '--host', 'claude-code'], { env })).stdout
    }
    expect(await planned(passing)).not.toContain('settings.json')
    expect(await planned(lasting)).toContain('settings.json')
  })

  test(
    'nothing of the live checks stays: no project, session or word, nor a mark of forgetting',
    slow,
    async () => {
      const place = homeWith(threeAgents)
      const daemon = await place.start()
      const capture = ['capture', 'The ferry leaves at nine.', '--project', 'global']
      expect((await place.run(capture)).code).toBe(0)
      const projects = await place.run(['project', 'list', '--json'])
      const rows = await everyRow(place.dataDir)
      const { findings, daemon: deed } = await setupJson(place)
      expect(deed).toBe('needs a restart')
      const again = await place.setup('--yes', '--no-import')
      expect(again.stdout).toMatch(
        /started before its settings changed.* iai-mcp stop, then start it as before/,
      )
      expect(findings.map(({ state }: { state: string }) => state)).toEqual(Array(6).fill('ok'))
      expect((await place.run(['project', 'list', '--json'])).stdout).toBe(projects.stdout)
      expect(await everyRow(place.dataDir)).toEqual(rows)
      daemon.signal('SIGTERM')
      await daemon.ended
    },
  )

  test('a signal in the middle of the live checks leaves no trial behind', slow, async () => {
    const temporary = tempDir()
    const trials = () => readdirSync(temporary).filter((name) => name.startsWith('iai-mcp-trial-'))
    const place = homeWith({ '.claude/settings.json': '{}', '.codex/config.toml': '' }, { TMPDIR: temporary })
    const setup = place.launch(['setup', '--yes', '--no-import'])
    const ended = once(setup, 'exit')
    await vi.waitFor(
      () => expect(existsSync(join(temporary, trials()[0] ?? 'none', '.daemon.sock'))).toBe(true),
      60_000,
    )
    const { pid } = JSON.parse(readFileSync(join(temporary, trials()[0] ?? '', '.daemon.json'), 'utf8'))
    setup.kill('SIGINT')
    expect(await ended).toEqual([null, 'SIGINT'])
    expect(trials()).toEqual([])
    // Gone, or dead and not yet fetched by whoever inherited it; nor has a hook started another one.
    const stateOf = () => spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout
    await vi.waitFor(() => expect(stateOf()).toMatch(/^(?:Z.*)?\s*$/), 10_000)
    expect(trials()).toEqual([])
  })

  test('finds no agent, and says for each what it looked for', async () => {
    const { stdout } = await homeWith({}).setup('--dry-run')
    expect(stdout).toContain('No agent was found')
    expect(stdout).toContain('not found  Claude Code  no claude on the PATH, no ~/.claude\n')
    expect(stdout).toContain('no opencode on the PATH, no ~/.config/opencode, no ~/.local/share/opencode\n')
  })

  test(
    'an agent that was installed and never started is found by its program, and set up',
    slow,
    async () => {
      const bin = programIn(tempDir(), 'claude')
      const place = homeWith({}, { PATH: `${bin}:/usr/bin:/bin` })
      const { hosts, not_found, findings, code } = await setupJson(place)
      expect(code).toBe(0)
      expect(hosts).toMatchObject([{ host: 'claude-code', why: `claude is on the PATH (${bin}/claude)` }])
      expect(not_found.map(({ host }: { host: string }) => host)).toEqual(['opencode', 'codex'])
      expect(findings.map(({ state }: { state: string }) => state)).toEqual(['ok', 'ok'])
      expect(readFileSync(join(place.home, '.claude/settings.json'), 'utf8')).toContain('hook session-start')
    },
  )

  test('--host chooses, and an unknown one is wrong usage', async () => {
    const place = homeWith(threeAgents)
    const { stdout } = await place.setup('--dry-run', '--host', 'codex')
    expect(stdout).toContain('Codex')
    expect(stdout).not.toContain('OpenCode')
    expect((await place.setup('--dry-run', '--host', 'nobody')).code).toBe(2)
  })
})

describe('service', () => {
  /** A systemctl that notes what it is asked and answers as a running service would. */
  function withSystemctl(answer: string): { place: Home; asked: () => string } {
    const bin = tempDir()
    const log = join(bin, 'asked')
    writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\necho "$@" >> ${log}\n${answer}\n`)
    chmodSync(join(bin, 'systemctl'), 0o755)
    const place = homeWith({}, { PATH: `${bin}:/usr/bin:/bin` })
    return { place, asked: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') }
  }

  test.runIf(process.platform === 'linux')('is installed, told of, and removed', async () => {
    const { place, asked } = withSystemctl('echo active')
    const unit = join(place.home, '.config/systemd/user/iai-mcp.service')
    expect((await place.run(['service', 'status'])).stdout).toContain('not installed')
    const installed = await place.run(['service', 'install'])
    expect(installed).toMatchObject({ code: 0, stderr: '' })
    expect(installed.stdout).toContain('systemd says: active')
    expect(readFileSync(unit, 'utf8')).toMatch(/^ExecStart=\S+ \S+iai-mcp\.js daemon --http$/m)
    expect((await place.run(['service', 'status'])).stdout).toContain('systemd: active')
    expect((await place.run(['service', 'remove'])).code).toBe(0)
    expect(existsSync(unit)).toBe(false)
    expect(asked()).toContain('--user enable --now iai-mcp.service')
    expect(asked()).toContain('--user disable --now iai-mcp.service')
    expect((await place.run(['service', 'remove'])).stdout).toContain('no service to remove')
  })

  const onLinux = test.runIf(process.platform === 'linux')
  const noBus = 'echo "Failed to connect to bus: No medium found" >&2; exit 1'
  const unitIn = ({ home }: Home) => join(home, '.config/systemd/user/iai-mcp.service')

  onLinux('installs nothing where the manager cannot be reached, and says how to go on', async () => {
    const { place } = withSystemctl(noBus)
    const { code, stderr } = await place.run(['service', 'install'])
    expect(code).toBe(1)
    expect(stderr).toContain('Failed to connect to bus: No medium found')
    expect(stderr).toContain('loginctl enable-linger')
    expect(stderr).toContain('Nothing was installed.')
    expect(stderr).toContain('iai-mcp daemon')
    expect(readdirSync(place.home)).toEqual([])
    expect((await place.run(['service', 'status'])).stdout).toContain('systemd: not installed')
  })

  onLinux('takes an install back that the manager refuses, to the byte where there was one', async () => {
    const refuse = 'case "$*" in *enable*) echo "Failed to enable unit" >&2; exit 1;; esac'
    const { place, asked } = withSystemctl(refuse)
    const { code, stderr } = await place.run(['service', 'install'])
    expect(code).toBe(1)
    expect(stderr).toContain('Failed to enable unit')
    expect(stderr).toContain('Nothing of the service stays.')
    expect(asked()).toContain('disable --now iai-mcp.service')
    expect(existsSync(join(place.home, '.config'))).toBe(false)

    mkdirSync(dirname(unitIn(place)), { recursive: true })
    writeFileSync(unitIn(place), '# of mine\n')
    expect((await place.run(['service', 'install'])).stderr).toContain('iai-mcp.service is as it was before.')
    expect(readFileSync(unitIn(place), 'utf8')).toBe('# of mine\n')
  })

  onLinux('is removed, and its state is not made up, where the manager cannot be reached', async () => {
    const { place } = withSystemctl(noBus)
    const link = join(dirname(unitIn(place)), 'default.target.wants/iai-mcp.service')
    mkdirSync(dirname(link), { recursive: true })
    writeFileSync(unitIn(place), '[Unit]\n')
    symlinkSync('../iai-mcp.service', link)
    const status = await place.run(['service', 'status'])
    expect(status.code).toBe(1)
    expect(status.stdout).toMatch(
      /systemd: unknown[\s\S]*cannot be asked: .*Failed to connect[\s\S]*No daemon runs\./,
    )
    const removed = await place.run(['service', 'remove'])
    expect(removed, removed.stderr).toMatchObject({ code: 0 })
    expect(removed.stdout).toMatch(/is removed\.\n.*could not be told.*Failed to connect.*\nNo daemon runs\./)
    expect(readdirSync(dirname(unitIn(place)))).toEqual([])
    expect((await place.run(['service', 'remove'])).stdout).toContain('no service to remove')
  })

  test('an unknown action is wrong usage', async () => {
    expect((await homeWith({}).run(['service', 'dance'])).code).toBe(2)
  })
})
