// What doctor says of a host's hooks as they stand in its settings.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { claudeCodeHooks, codexHooks } from '../../src/cli/doctor/host-hooks.ts'
import { mcpServers } from '../../src/cli/doctor/host-servers.ts'
import { openCodePluginNamed } from '../../src/cli/doctor/open-code-config.ts'
import { claudeCodeHooks as groupsFor } from '../../src/cli/hosts/claude-code.ts'
import { codexHooks as codexGroupsFor } from '../../src/cli/hosts/codex.ts'
import type { HookGroup, Program } from '../../src/cli/hosts/integration.ts'

const here: Program = [process.execPath]
const gone: Program = ['/no/such/node', '/no/such/iai-mcp/bin/iai-mcp.js']
/** Node is there; what it is to run is in a folder of the test. */
const programIn = (folder: string): Program => [...here, join(folder, 'iai-mcp.js')]

interface Home {
  readonly HOME: string
  readonly file: string
}

function homeWith(hooks: object, folder = '.claude', name = 'settings.json'): Home {
  const HOME = tempDir()
  mkdirSync(join(HOME, folder))
  writeFileSync(join(HOME, 'iai-mcp.js'), '')
  const file = join(HOME, folder, name)
  writeFileSync(file, `// mine\n${JSON.stringify({ hooks })}`)
  return { HOME, file }
}

function put({ file }: Home, hooks: object): void {
  writeFileSync(file, JSON.stringify({ hooks }))
}

test('a host that is not there, or not set up, is no fault', async () => {
  expect(await claudeCodeHooks({ HOME: tempDir() })).toMatchObject({ state: 'note' })
  expect(await codexHooks({ HOME: tempDir() })).toMatchObject({ state: 'note' })
  const home = homeWith({ Stop: [{ hooks: [{ type: 'command', command: 'date' }] }] })
  expect(await claudeCodeHooks(home)).toMatchObject({ state: 'note', remedy: 'iai-mcp setup' })
})

test('all there, each once, each with a program that exists, is as it should be', async () => {
  const home = homeWith({})
  put(home, groupsFor(programIn(home.HOME)))
  expect(await claudeCodeHooks(home)).toMatchObject({ state: 'ok', found: `each once, in ${home.file}` })
  const codex = homeWith({}, '.codex', 'hooks.json')
  put(codex, codexGroupsFor(programIn(codex.HOME)))
  expect(await codexHooks(codex)).toMatchObject({ state: 'ok', remedy: expect.stringContaining('/hooks') })
})

type Groups = Readonly<Record<string, readonly HookGroup[]>>

test.each<[string, (whole: Groups) => Groups, string]>([
  ['one missing', ({ Stop: _, ...rest }) => rest, 'no hook of ours for Stop'],
  [
    'one twice',
    (whole) => ({ ...whole, Stop: [...(whole.Stop ?? []), ...(whole.Stop ?? [])] }),
    'more than one hook of ours for Stop',
  ],
  ['a program that is gone', () => groupsFor(gone), '/no/such/node and /no/such/iai-mcp/bin/iai-mcp.js'],
])('%s is a fault, and set-up mends it', async (_name, broken, found) => {
  const home = homeWith({})
  put(home, broken(groupsFor(programIn(home.HOME))))
  expect(await claudeCodeHooks(home)).toMatchObject({
    state: 'fail',
    found: expect.stringContaining(found),
    remedy: 'iai-mcp setup',
  })
})

test.each([
  ['that nobody may execute', 'iai-mcp', 0o644, 'iai-mcp, which may not be executed'],
  ['that is a folder', '', 0o755, 'which may not be executed'],
])('a program %s cannot be run', async (_name, name, mode, found) => {
  const home = homeWith({})
  const program = join(home.HOME, name)
  if (name !== '') writeFileSync(program, '#!/bin/sh\n', { mode })
  put(home, groupsFor([program, 'iai-mcp']))
  expect(await claudeCodeHooks(home)).toMatchObject({ state: 'fail', found: expect.stringContaining(found) })
})

test('hooks that run a program of another PATH are a fault, of Codex too', async () => {
  const codex = homeWith({}, '.codex', 'hooks.json')
  put(codex, codexGroupsFor(['iai-mcp']))
  expect(await codexHooks(codex)).toMatchObject({
    state: 'fail',
    found: expect.stringContaining('hooks run iai-mcp, which is not on the PATH'),
  })
})

test('a plugin whose command cannot be run is a fault, unless hooks of the settings do its work', async () => {
  const home = homeWith({})
  const folder = join(home.HOME, 'plugin')
  mkdirSync(join(folder, 'hooks'), { recursive: true })
  writeFileSync(join(folder, 'hooks/hooks.json'), JSON.stringify({ hooks: groupsFor(['iai-mcp']) }))
  mkdirSync(join(home.HOME, '.claude/plugins'))
  const installed = { plugins: { 'iai-mcp@iai-mcp': [{ installPath: folder }] } }
  writeFileSync(join(home.HOME, '.claude/plugins/installed_plugins.json'), JSON.stringify(installed))
  const enabledPlugins = { 'iai-mcp@iai-mcp': true }
  writeFileSync(home.file, JSON.stringify({ enabledPlugins }))
  expect(await claudeCodeHooks(home)).toMatchObject({
    state: 'fail',
    found: expect.stringContaining('does nothing: hooks run iai-mcp, which is not on the PATH'),
    remedy: 'iai-mcp setup',
  })
  writeFileSync(home.file, JSON.stringify({ enabledPlugins, hooks: groupsFor(programIn(home.HOME)) }))
  expect(await claudeCodeHooks(home)).toMatchObject({
    state: 'warn',
    found: expect.stringMatching(/^each once, .* does nothing: hooks run iai-mcp/),
    remedy: 'claude plugin uninstall iai-mcp@iai-mcp',
  })
})

describe('the MCP servers', () => {
  const servers = async (home: Home, command: string) => {
    vi.stubEnv('HOME', home.HOME)
    vi.stubEnv('XDG_CONFIG_HOME', '')
    onTestFinished(() => void vi.unstubAllEnvs())
    mkdirSync(join(home.HOME, '.config/opencode'), { recursive: true })
    const put = (name: string, text: string) => writeFileSync(join(home.HOME, name), text)
    put(
      '.config/opencode/opencode.json',
      JSON.stringify({ mcp: { 'iai-mcp': { command: [command, 'mcp'] } } }),
    )
    put('.claude.json', JSON.stringify({ mcpServers: { 'iai-mcp': { command, args: ['mcp'] } } }))
    put('.codex/config.toml', `[mcp_servers.iai-mcp]\ncommand = ${JSON.stringify(command)}\nargs = ["mcp"]\n`)
    return mcpServers(home)
  }

  test('of every host whose program cannot be run are a fault', async () => {
    const found = await servers(homeWith({}, '.codex', 'hooks.json'), '/no/such/iai-mcp')
    expect(found.map(({ state, remedy }) => [state, remedy])).toEqual(
      Array(3).fill(['fail', 'iai-mcp setup']),
    )
    for (const [at, host] of ['OpenCode', 'Claude Code', 'Codex'].entries())
      expect(found[at]?.found).toMatch(
        new RegExp(`^of ${host} .*: runs /no/such/iai-mcp, which is not there$`),
      )
  })

  test('whose programs are there are as they should be, and none is no finding', async () => {
    const home = homeWith({}, '.codex', 'hooks.json')
    expect(await servers(home, process.execPath)).toMatchObject([{ state: 'ok' }])
    const bare = { HOME: tempDir() }
    vi.stubEnv('HOME', bare.HOME)
    expect(await mcpServers(bare)).toEqual([])
  })
})

test('an OpenCode plugin whose file is gone is a fault', async () => {
  const folder = tempDir()
  const named = async (path: string) => {
    writeFileSync(join(folder, 'opencode.json'), `// mine\n{ "plugin": [["${path}", {}]] }`)
    return openCodePluginNamed(folder, tempDir())
  }
  const file = join(folder, 'iai-mcp-opencode.js')
  expect(await named(file)).toMatchObject({
    state: 'fail',
    found: expect.stringContaining(`${file}, named in`),
    remedy: 'iai-mcp setup',
  })
  writeFileSync(file, '')
  expect(await named(file)).toMatchObject({ state: 'ok' })
  expect(await named('iai-mcp-opencode@0.1.0')).toMatchObject({ state: 'ok' })
  writeFileSync(join(folder, 'config.json'), '[1, 2]')
  expect(await named('another')).toMatchObject({ state: 'note' })
})

test('settings with a mistake are named with its place', async () => {
  const home = homeWith({})
  writeFileSync(home.file, '{\n  "a": 1\n  "b": 2\n}\n')
  await expect(claudeCodeHooks(home)).rejects.toThrow(`${home.file}:3:3: comma expected`)
})
