// What goes into the hosts' own files.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { claudeCodeIntegration, claudeCodePlugin } from '../../src/cli/hosts/claude-code.ts'
import { codexIntegration } from '../../src/cli/hosts/codex.ts'
import { type Addition, type Program, shellWord } from '../../src/cli/hosts/integration.ts'

const program: Program = ['/opt/node/bin/node', '/home/ada lovelace/iai-mcp/bin/iai-mcp.js']
const home = { HOME: '/home/ada' }

const where = (additions: readonly Addition[]) =>
  additions.map(({ file, keys }) => `${file} ${keys.join('.')}`)

describe('Claude Code', () => {
  const { additions, afterwards } = claudeCodeIntegration(program, home)

  test('is told where hosts look', () => {
    expect(where(additions)).toEqual([
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
    expect(new Set(moved.additions.map(({ file }) => file))).toEqual(
      new Set(['/c/settings.json', '/c/.claude.json']),
    )
  })

  test('runs the very program, spaces in its path and all', () => {
    const [first] = additions
    expect(first).toMatchObject({
      item: {
        hooks: [
          {
            type: 'command',
            command: "/opt/node/bin/node '/home/ada lovelace/iai-mcp/bin/iai-mcp.js' hook session-start",
            timeout: 5,
          },
        ],
      },
    })
    expect(additions.at(-1)).toMatchObject({
      value: { command: '/opt/node/bin/node', args: ['/home/ada lovelace/iai-mcp/bin/iai-mcp.js', 'mcp'] },
    })
  })

  test('every hook is known again by its marks', () => {
    for (const addition of additions)
      if (addition.kind === 'item')
        for (const mark of addition.marks) expect(JSON.stringify(addition.item)).toContain(mark)
  })

  test('the plugin names the command alone: it is copied away from where it was', () => {
    const text = JSON.stringify([...claudeCodePlugin('1.2.3')])
    expect(text).toContain('"iai-mcp hook session-start"')
    expect(text).toContain('"version":"1.2.3"')
  })
})

describe('Codex', () => {
  const { additions, afterwards } = codexIntegration(program, home)

  test('is told where hosts look, and nothing of trust', () => {
    expect(where(additions)).toEqual([
      '/home/ada/.codex/hooks.json hooks.SessionStart',
      '/home/ada/.codex/hooks.json hooks.UserPromptSubmit',
      '/home/ada/.codex/hooks.json hooks.Stop',
      '/home/ada/.codex/hooks.json hooks.PreCompact',
      '/home/ada/.codex/hooks.json hooks.SessionEnd',
      '/home/ada/.codex/config.toml mcp_servers.iai-mcp',
    ])
    expect(JSON.stringify(additions)).not.toMatch(/trust/i)
    expect(afterwards).toContain('/hooks')
  })

  test('its home can be named', () => {
    const moved = codexIntegration(program, { ...home, CODEX_HOME: '/x' })
    expect(new Set(moved.additions.map(({ file }) => file))).toEqual(
      new Set(['/x/hooks.json', '/x/config.toml']),
    )
  })

  test('the end of a session asks for no more time than there is', () => {
    const ends = additions.find(({ keys }) => keys.includes('SessionEnd'))
    expect(JSON.stringify(ends)).toContain('"timeout":3')
  })
})

test.each(["it's", 'a b', '$HOME `ls`', '"', 'a\\b', '*', 'plain/path-1.2', "''"])(
  'a shell takes %s for one word',
  (text) => {
    const command = `printf %s ${shellWord(text)}`
    expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toBe(text)
  },
)
