// What goes into the hosts' own files.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { claudeCodeIntegration, claudeCodePlugin } from '../../src/cli/hosts/claude-code.ts'
import { codexIntegration } from '../../src/cli/hosts/codex.ts'
import { type Integration, type Program, shellWord } from '../../src/cli/hosts/integration.ts'
import { ourHooks, wordsOfCommand } from '../../src/cli/hosts/standing-hooks.ts'

const program: Program = ['/opt/node/bin/node', '/home/ada lovelace/iai-mcp/bin/iai-mcp.js']
const home = { HOME: '/home/ada' }

const where = ({ hooks, mcp }: Integration) =>
  [...hooks, mcp].map(({ file, keys }) => `${file} ${keys.join('.')}`)
const filesOf = ({ hooks, mcp }: Integration) => [...new Set([...hooks, mcp].map(({ file }) => file))]

describe('Claude Code', () => {
  const integration = claudeCodeIntegration(program, home)
  const { hooks, mcp, afterwards } = integration

  test('is told where hosts look', () => {
    expect(where(integration)).toEqual([
      '/home/ada/.claude/settings.json hooks.SessionStart',
      '/home/ada/.claude/settings.json hooks.UserPromptSubmit',
      '/home/ada/.claude/settings.json hooks.Stop',
      '/home/ada/.claude/settings.json hooks.SubagentStop',
      '/home/ada/.claude/settings.json hooks.PreCompact',
      '/home/ada/.claude/settings.json hooks.SessionEnd',
      '/home/ada/.claude.json mcpServers.iai-mcp',
    ])
    expect(afterwards).toBeNull()
  })

  test('keeps everything in its own folder when it has one', () => {
    const moved = claudeCodeIntegration(program, { ...home, CLAUDE_CONFIG_DIR: '/c' })
    expect(filesOf(moved)).toEqual(['/c/settings.json', '/c/.claude.json'])
  })

  test('runs the very program, spaces in its path and all', () => {
    expect(hooks[0]).toMatchObject({
      group: {
        hooks: [
          {
            type: 'command',
            command: "/opt/node/bin/node '/home/ada lovelace/iai-mcp/bin/iai-mcp.js' hook session-start",
            timeout: 5,
          },
        ],
      },
    })
    expect(mcp).toMatchObject({
      value: { command: '/opt/node/bin/node', args: ['/home/ada lovelace/iai-mcp/bin/iai-mcp.js', 'mcp'] },
    })
  })

  test('every hook is known again by its marks, and its command by its words', () => {
    expect(hooks.length).toBeGreaterThan(1)
    for (const { group, marks } of hooks) {
      expect(ourHooks([{ hooks: [{ command: 'date' }] }, group], marks)).toMatchObject([
        { group: 1, hook: 0 },
      ])
      expect(wordsOfCommand(group.hooks[0].command)?.slice(0, 3)).toEqual([...program, 'hook'])
    }
  })

  test('a data directory of its own is named to hooks and server', () => {
    const { hooks: named, mcp: server } = claudeCodeIntegration(program, home, ['--data-dir', "/d/it's"])
    for (const { group } of named) expect(group.hooks[0].command).toMatch(/ hook [a-z-]+ --data-dir '\/d\/it/)
    expect(server.value).toMatchObject({ args: [program[1], 'mcp', '--data-dir', "/d/it's"] })
  })

  test('the plugin names the command alone: it is copied away from where it was', () => {
    const text = JSON.stringify([...claudeCodePlugin('1.2.3')])
    expect(text).toContain('"iai-mcp hook session-start"')
    expect(text).toContain('"version":"1.2.3"')
  })
})

describe('Codex', () => {
  const integration = codexIntegration(program, home)
  const { hooks, mcp, afterwards } = integration

  test('is told where hosts look, and nothing of trust', () => {
    expect(where(integration)).toEqual([
      '/home/ada/.codex/hooks.json hooks.SessionStart',
      '/home/ada/.codex/hooks.json hooks.UserPromptSubmit',
      '/home/ada/.codex/hooks.json hooks.Stop',
      '/home/ada/.codex/hooks.json hooks.PreCompact',
      '/home/ada/.codex/hooks.json hooks.SessionEnd',
      '/home/ada/.codex/config.toml mcp_servers.iai-mcp',
    ])
    expect(JSON.stringify({ hooks, mcp })).not.toMatch(/trust/i)
    expect(afterwards).toContain('/hooks')
  })

  test('its home can be named', () => {
    const moved = codexIntegration(program, { ...home, CODEX_HOME: '/x' })
    expect(filesOf(moved)).toEqual(['/x/hooks.json', '/x/config.toml'])
  })

  test('the end of a session asks for no more time than there is', () => {
    const ends = hooks.find(({ keys }) => keys.includes('SessionEnd'))
    expect(JSON.stringify(ends)).toContain('"timeout":3')
  })
})

test.each(["it's", 'a b', '$HOME `ls`', '"', 'a\\b', '*', 'plain/path-1.2', "''"])(
  'a shell takes %s for one word',
  (text) => {
    const command = `printf %s ${shellWord(text)}`
    expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toBe(text)
    if (!/["$`\\]/.test(text)) expect(wordsOfCommand(command)).toEqual(['printf', '%s', text])
  },
)
