// Set-up, undo and the service by the real command, in an invented home with three agents.
import { chmodSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { bin, ensureBuilt } from './daemon-process.ts'
import { type Home, homeWith, snapshot, threeAgents, turn } from './home-with-agents.ts'

beforeAll(ensureBuilt, 120_000)

async function setupJson(place: Home, ...args: readonly string[]) {
  const { code, stdout } = await place.setup('--yes', '--no-import', '--json', ...args)
  return { code, ...JSON.parse(stdout) }
}

/** As Claude Code 2.1.330 leaves it, with a program that is there; the real one is put to the test in test/hosts. */
function installPlugin(home: string): string {
  const folder = join(home, '.claude/plugins/cache/iai-mcp/iai-mcp/0.1.0')
  const source = join(bin, '../../integrations/claude-code')
  cpSync(source, folder, { recursive: true })
  for (const name of ['hooks/hooks.json', '.mcp.json']) {
    const text = readFileSync(join(folder, name), 'utf8')
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

describe('setup', () => {
  test('connects three agents, proves each with a round trip, imports, and goes back to the byte', async () => {
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

    expect((await place.setup('--undo')).code).toBe(0)
    expect(snapshot(place.home)).toEqual(before)
    expect(existsSync(join(place.dataDir, 'config.json'))).toBe(false)
    expect((await place.setup('--undo')).stdout).toContain('There is nothing to undo.')
  })

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

  test('without --yes and nobody to ask, changes nothing', async () => {
    const place = homeWith(threeAgents)
    const { code, stderr } = await place.setup()
    expect(code).toBe(2)
    expect(stderr).toContain('--yes')
    expect(existsSync(place.dataDir)).toBe(false)
  })

  test('works with one agent only, and names what it could not read without keeping the others out', async () => {
    const broken = '{\n  "theme": "dark"\n  "plugin": []\n}\n'
    const place = homeWith({ '.config/opencode/opencode.json': broken, '.codex/config.toml': '' })
    const { code, stdout } = await place.setup('--yes', '--json', '--no-import')
    expect(code).toBe(1)
    const result = JSON.parse(stdout)
    expect(result.hosts).toEqual([
      { host: 'opencode', problem: expect.stringContaining('opencode.json:3:3: comma expected'), note: null },
      { host: 'codex', problem: null, note: null },
    ])
    expect(readFileSync(join(place.home, '.config/opencode/opencode.json'), 'utf8')).toBe(broken)
    expect(result.findings).toContainEqual(expect.objectContaining({ check: 'Codex MCP', state: 'ok' }))
  })

  test('leaves Claude Code to its plugin where that is installed, and takes its own hooks out', async () => {
    const place = homeWith(threeAgents)
    await place.setup('--yes', '--no-import', '--host', 'claude-code')
    const settings = join(place.home, '.claude/settings.json')
    const folder = installPlugin(place.home)
    expect((await place.run(['doctor'])).stdout).toMatch(/warn {2}Claude Code hooks.* twice/)
    const { hosts, findings, code } = await setupJson(place, '--host', 'claude-code')
    expect(hosts).toEqual([
      { host: 'claude-code', problem: null, note: expect.stringContaining('has the plugin') },
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
  })

  test('finds no agent and says so', async () => {
    const { stdout } = await homeWith({}).setup('--dry-run')
    expect(stdout).toContain('No agent was found')
  })

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

  test.runIf(process.platform === 'linux')('says what the manager says when it fails', async () => {
    const { place } = withSystemctl('echo "Failed to connect to bus" >&2; exit 1')
    const { code, stderr } = await place.run(['service', 'install'])
    expect(code).toBe(1)
    expect(stderr).toContain('Failed to connect to bus')
  })

  test('an unknown action is wrong usage', async () => {
    expect((await homeWith({}).run(['service', 'dance'])).code).toBe(2)
  })
})
