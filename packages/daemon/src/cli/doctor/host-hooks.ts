// The checks of `doctor` for hosts that are reached by hooks: those of ours are all there, each once, and each runs a
// program that can be run.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { searchPath } from '../../config/environment.ts'
import { claudeCodeIntegration } from '../hosts/claude-code.ts'
import { codexIntegration } from '../hosts/codex.ts'
import type { HookAddition, Program } from '../hosts/integration.ts'
import { findProgram } from '../search-path.ts'
import { type Finding, finding } from './check.ts'
import { findClaudeCodePlugin, findHooks } from './find-hooks.ts'

export interface Places {
  readonly HOME: string
  readonly CLAUDE_CONFIG_DIR?: string | undefined
  readonly CODEX_HOME?: string | undefined
}

/** Only where hooks stand and how they are known matters here, not what they run. */
export const anyProgram: Program = ['iai-mcp']

export async function claudeCodeHooks(places: Places): Promise<Finding> {
  const check = 'Claude Code hooks'
  const direct = claudeCodeIntegration(anyProgram, places)
  const plugin = await findClaudeCodePlugin(direct, folderOf(direct.hooks))
  if (plugin === null) return hooksOf(check, 'claude', direct.hooks)
  const { commands, file } = await findHooks(direct.hooks)
  if (plugin.problem === null) {
    if (commands.size === 0) return hooksOf(check, 'claude', plugin.integration.hooks)
    return finding('warn', check, `in ${file} and in the plugin: all is done twice`, 'iai-mcp setup')
  }
  const found = commands.size === 0 ? null : await hooksOf(check, 'claude', direct.hooks)
  if (found?.state !== 'ok')
    return finding('fail', check, `the plugin iai-mcp does nothing: ${plugin.problem}`, 'iai-mcp setup')
  return finding(
    'warn',
    check,
    `${found.found}; the plugin iai-mcp is there too and does nothing: ${plugin.problem}`,
    'claude plugin uninstall iai-mcp@iai-mcp',
  )
}

/** Whether the user has trusted them is between the user and Codex. */
export async function codexHooks(places: Places): Promise<Finding> {
  const { hooks, afterwards } = codexIntegration(anyProgram, places)
  const found = await hooksOf('Codex hooks', 'codex', hooks)
  return found.state === 'ok' && afterwards !== null
    ? { ...found, remedy: `if not done yet: ${afterwards}` }
    : found
}

async function hooksOf(check: string, program: string, hooks: readonly HookAddition[]): Promise<Finding> {
  const folder = folderOf(hooks)
  if (!existsSync(folder) && findProgram(program, searchPath()) === null)
    return finding('note', check, `not on this machine: no ${program} on the PATH, no ${folder}`)
  const { commands, problem, file } = await findHooks(hooks)
  if (commands.size === 0) return finding('note', check, `not set up (${file})`, 'iai-mcp setup')
  if (problem !== null) return finding('fail', check, problem, 'iai-mcp setup')
  return finding('ok', check, `each once, in ${file}`)
}

/** In which the host keeps what the hooks stand in. */
export function folderOf([first]: readonly HookAddition[]): string {
  return dirname(first?.file ?? '')
}
