// Codex: hooks in hooks.json, the MCP server in config.toml, both in $CODEX_HOME. Checked against version 0.169.0, which
// skips hooks that the user has not trusted. Trust is the user's to give: nothing here writes it.
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

const timeoutSeconds = 5

/** Codex gives the end of a session three seconds, and says so when more is asked for. */
const events = {
  SessionStart: ['session-start', timeoutSeconds],
  UserPromptSubmit: ['user-prompt', timeoutSeconds],
  Stop: ['stop', timeoutSeconds],
  PreCompact: ['pre-compact', timeoutSeconds],
  SessionEnd: ['session-end', 3],
} as const

/** What stands under `hooks` in hooks.json. */
export function codexHooks(
  program: Program,
  options: readonly string[] = [],
): Readonly<Record<keyof typeof events, readonly HookGroup[]>> {
  const groups = Object.entries(events).map(([name, [event, seconds]]) => [
    name,
    [hookGroup(program, [event, '--host', 'codex', ...options], seconds)],
  ])
  return Object.fromEntries(groups)
}

export interface CodexPlaces {
  readonly HOME: string
  readonly CODEX_HOME?: string | undefined
}

/** `options` of the command line name our data directory where it is not the usual one. */
export function codexIntegration(
  program: Program,
  { HOME, CODEX_HOME }: CodexPlaces,
  options: readonly string[] = [],
): Integration {
  const home = CODEX_HOME || join(HOME, '.codex')
  return {
    hooks: hookAdditions(join(home, 'hooks.json'), codexHooks(program, options)),
    mcp: {
      file: join(home, 'config.toml'),
      format: 'toml',
      keys: ['mcp_servers', mcpServerName],
      value: mcpServer(program, options),
    },
    afterwards: 'Start codex and type /hooks to review and trust the new hooks; until then Codex skips them.',
  }
}
