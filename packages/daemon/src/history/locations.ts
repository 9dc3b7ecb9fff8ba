// Where the hosts keep their histories, from the user's home and the variables that the hosts themselves look at.
// Reads no environment: the caller hands it in.
import { isAbsolute, join } from 'node:path'
import { createClaudeCodeSource } from './claude-code.ts'
import { createCodexSource } from './codex.ts'
import { createOpenCodeSource } from './opencode.ts'
import type { HistorySource } from './source.ts'

/** The hosts' own variables, as far as they decide on places. */
export interface HostEnvironment {
  readonly HOME: string
  readonly XDG_DATA_HOME?: string | undefined
  readonly CLAUDE_CONFIG_DIR?: string | undefined
  readonly CODEX_HOME?: string | undefined
  readonly OPENCODE_DB?: string | undefined
}

/** One source for each host; a host that is not on the machine has no files. */
export function hostSources(env: HostEnvironment): readonly HistorySource[] {
  const dataFolder = join(env.XDG_DATA_HOME || join(env.HOME, '.local', 'share'), 'opencode')
  return [
    createClaudeCodeSource({ projectsFolder: claudeCodeProjects(env) }),
    createCodexSource({ home: codexHome(env) }),
    createOpenCodeSource({ dataFolder, database: openCodeDatabase(env.OPENCODE_DB, dataFolder) }),
  ]
}

/** Where each host's history is looked for, and the variable that says otherwise. */
export function historyPlaces(env: HostEnvironment) {
  const openCode = join(env.XDG_DATA_HOME || join(env.HOME, '.local', 'share'), 'opencode')
  return [
    { client: 'claude-code', place: claudeCodeProjects(env), variable: 'CLAUDE_CONFIG_DIR' },
    { client: 'codex', place: join(codexHome(env), 'sessions'), variable: 'CODEX_HOME' },
    { client: 'opencode', place: openCode, variable: 'OPENCODE_DB, XDG_DATA_HOME' },
  ]
}

export function claudeCodeProjects({ CLAUDE_CONFIG_DIR, HOME }: HostEnvironment): string {
  return join(CLAUDE_CONFIG_DIR || join(HOME, '.claude'), 'projects')
}

export function codexHome({ CODEX_HOME, HOME }: HostEnvironment): string {
  return CODEX_HOME || join(HOME, '.codex')
}

/** OpenCode takes an absolute path, or a name in its data folder; ':memory:' leaves no history. */
function openCodeDatabase(variable: string | undefined, dataFolder: string): string | null {
  if (!variable || variable === ':memory:') return null
  return isAbsolute(variable) ? variable : join(dataFolder, variable)
}
