// Set-up as a person meets it: on a terminal, asked before anything changes. A no and a Ctrl-C leave every byte as it was.
import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { bin, ensureBuilt } from './daemon-process.ts'
import { type Home, homeWith, snapshot, threeAgents, turn } from './home-with-agents.ts'
import { keys, runOnTerminal, type TerminalRun, type Typing } from './terminal.ts'

beforeAll(ensureBuilt, 120_000)

const past = { '.claude/projects/shop/ses-1.jsonl': turn }
const mayChange = 'Make these changes?'
const mayImport = 'Take in the past of these agents now: 1 turn (1 file'

function setUp({ home }: Home, args: readonly string[], ...typing: readonly Typing[]): Promise<TerminalRun> {
  const env = { HOME: home, PATH: '/usr/bin:/bin' }
  return runOnTerminal([process.execPath, bin, 'setup', ...args], { cwd: home, env, typing })
}

describe.runIf(process.platform === 'linux')('set-up on a terminal', () => {
  test('shows each change and every file, asks twice, imports, tries each agent, and takes all of it back', async () => {
    const place = homeWith({ ...threeAgents, ...past })
    const before = snapshot(place.home)
    const run = await setUp(
      place,
      [],
      { when: mayChange, keys: keys.yes },
      { when: mayImport, keys: keys.enter },
    )
    expect(run, run.screen).toMatchObject({ code: 0, untyped: [] })
    const [plan = '', afterwards = ''] = run.screen.split(mayChange, 2)
    for (const shown of [
      '+\t"mcp": {',
      '+[mcp_servers.iai-mcp]',
      '+  "http_port": 0,',
      'hook session-start',
      'iai-mcp setup --undo puts every one of them back as it is now.',
    ])
      expect(plan).toContain(shown)
    const listed = /6 files would change:\r\n([\s\S]*?)iai-mcp setup --undo/.exec(plan)?.[1]
    expect(listed?.split('\r\n').map((line) => line.trim())).toEqual([
      '~/.iai-mcp/config.json (new)',
      '~/.config/opencode/opencode.jsonc',
      '~/.claude/settings.json',
      '~/.claude.json',
      '~/.codex/hooks.json (new)',
      '~/.codex/config.toml',
      '',
    ])
    expect(afterwards).not.toContain('fail')
    expect(run.screen).toContain('1 new, 0 already there')
    for (const tried of [
      'OpenCode plugin',
      'OpenCode MCP',
      'Claude Code hooks',
      'Claude Code MCP',
      'Codex hooks',
      'Codex MCP',
    ])
      expect(run.screen).toMatch(new RegExp(`ok +${tried} `))
    expect(run.screen).toContain('type /hooks to review')
    expect(snapshot(place.home)).not.toEqual(before)

    const undone = await setUp(place, ['--undo'])
    expect(undone).toMatchObject({ code: 0 })
    expect(undone.screen).toContain('~/.codex/config.toml  as it was, byte for byte')
    expect(snapshot(place.home)).toEqual(before)
  })

  test.each([
    ['a no', keys.no],
    ['Ctrl-C', keys.interrupt],
    ['Escape', keys.escape],
  ])('%s leaves everything as it was', async (_name, key) => {
    const place = homeWith({ ...threeAgents, ...past })
    const before = snapshot(place.home)
    const run = await setUp(place, [], { when: mayChange, keys: key })
    expect(run, run.screen).toMatchObject({ code: 1, untyped: [] })
    expect(run.screen).toContain('nothing was changed')
    expect(snapshot(place.home)).toEqual(before)
    expect(existsSync(place.dataDir)).toBe(false)
  })

  test('a yes to the changes and a no to the past sets up and imports nothing', async () => {
    const place = homeWith({ ...past, '.claude.json': '{}' })
    const run = await setUp(
      place,
      ['--host', 'claude-code'],
      { when: mayChange, keys: keys.yes },
      { when: mayImport, keys: keys.no },
    )
    expect(run, run.screen).toMatchObject({ code: 0, untyped: [] })
    expect(JSON.parse((await place.run(['status', '--json'])).stdout)).toMatchObject({ memories: 0 })
    // Nothing is asked about what is set up already; the past may be taken in any time.
    const again = await setUp(place, ['--host', 'claude-code'], { when: mayImport, keys: keys.yes })
    expect(again, again.screen).toMatchObject({ code: 0, untyped: [] })
    expect(again.screen).toContain('is set up already')
    expect(again.screen).not.toContain(mayChange)
    expect(JSON.parse((await place.run(['status', '--json'])).stdout)).toMatchObject({ memories: 1 })
  })

  test('a broken configuration is named with its place before anything is asked', async () => {
    const broken = '{\n  "theme": "dark"\n  "plugin": []\n}\n'
    const place = homeWith({ '.config/opencode/opencode.json': broken, '.codex/config.toml': '' })
    const before = snapshot(place.home)
    const run = await setUp(place, ['--no-import'], { when: mayChange, keys: keys.interrupt })
    expect(run.screen.split(mayChange)[0]).toContain('opencode.json:3:3: comma expected')
    expect(snapshot(place.home)).toEqual(before)
  })
})
