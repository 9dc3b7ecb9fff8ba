// Claude Code: hooks in settings.json, the MCP server in .claude.json. Checked against version 2.1.330.
// All hooks are commands: see docs/internals/hooks.md for why none is of type "http".
import { join } from 'node:path'
import {
  type HookGroup,
  hookAdditions,
  hookGroup,
  type Integration,
  mcpServer,
  mcpServerName,
  type Program,
} from './integration.ts'

/** Seconds; ours end far earlier by themselves. */
const timeoutSeconds = 5

const events = {
  SessionStart: 'session-start',
  UserPromptSubmit: 'user-prompt',
  Stop: 'stop',
  SubagentStop: 'subagent-stop',
  PreCompact: 'pre-compact',
  SessionEnd: 'session-end',
} as const

/** What stands under `hooks`, in settings.json and in a plugin's hooks/hooks.json alike. */
export function claudeCodeHooks(
  program: Program,
  options: readonly string[] = [],
): Readonly<Record<keyof typeof events, readonly HookGroup[]>> {
  const groups = Object.entries(events).map(([name, event]) => [
    name,
    [hookGroup(program, [event, ...options], timeoutSeconds)],
  ])
  return Object.fromEntries(groups)
}

export interface ClaudeCodePlaces {
  readonly HOME: string
  readonly CLAUDE_CONFIG_DIR?: string | undefined
}

/** `options` of the command line name our data directory where it is not the usual one. */
export function claudeCodeIntegration(
  program: Program,
  places: ClaudeCodePlaces,
  options: readonly string[] = [],
): Integration {
  const { HOME, CLAUDE_CONFIG_DIR } = places
  const file = join(CLAUDE_CONFIG_DIR || join(HOME, '.claude'), 'settings.json')
  return {
    hooks: hookAdditions(file, claudeCodeHooks(program, options)),
    mcp: {
      file: join(CLAUDE_CONFIG_DIR || HOME, '.claude.json'),
      format: 'json',
      keys: ['mcpServers', mcpServerName],
      value: { type: 'stdio', ...mcpServer(program, options) },
    },
    afterwards: null,
  }
}

/** The files of the plugin folder, by path below it. */
export function claudeCodePlugin(version: string): ReadonlyMap<string, object> {
  const program = ['iai-mcp'] as const
  return new Map<string, object>([
    [
      '.claude-plugin/plugin.json',
      {
        name: 'iai-mcp',
        version,
        description: 'Long-term memory that stays on your machine.',
        author: { name: 'iai-mcp' },
        license: 'MIT',
      },
    ],
    ['hooks/hooks.json', { description: 'Memory of earlier sessions.', hooks: claudeCodeHooks(program) }],
    ['.mcp.json', { mcpServers: { [mcpServerName]: mcpServer(program) } }],
  ])
}

/** The catalogue that `claude plugin marketplace add` reads, beside the plugin folder. */
export function claudeCodeMarketplace(): object {
  return {
    name: 'iai-mcp',
    description: 'Long-term memory for coding agents.',
    owner: { name: 'iai-mcp' },
    plugins: [
      {
        name: 'iai-mcp',
        source: './claude-code',
        description: 'Long-term memory that stays on your machine.',
      },
    ],
  }
}
