// The checks of `doctor` for hosts that are reached by hooks: those of ours are all there, each once, and each runs a
// program that exists.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { claudeCodeIntegration } from '../hosts/claude-code.ts'
import { claudeCodePluginFolder, inClaudeCodePlugin } from '../hosts/claude-code-plugin.ts'
import { codexIntegration } from '../hosts/codex.ts'
import type { HookAddition, Program } from '../hosts/integration.ts'
import { type Finding, finding } from './check.ts'
import { findHooks } from './find-hooks.ts'

interface Places {
  readonly HOME: string
  readonly CLAUDE_CONFIG_DIR?: string | undefined
  readonly CODEX_HOME?: string | undefined
}

/** Only where hooks stand and how they are known matters here, not what they run. */
const anyProgram: Program = ['iai-mcp']

export async function claudeCodeHooks(places: Places): Promise<Finding> {
  const check = 'Claude Code hooks'
  const integration = claudeCodeIntegration(anyProgram, places)
  const folder = folderOf(integration.hooks)
  const plugin = await claudeCodePluginFolder(folder)
  if (plugin === null) return hooksOf(check, integration.hooks)
  const { commands, file } = await findHooks(integration.hooks)
  if (commands.size > 0)
    return finding('warn', check, `in ${file} and in the plugin: all is done twice`, 'iai-mcp setup')
  return hooksOf(check, inClaudeCodePlugin(integration, plugin).hooks)
}

/** Whether the user has trusted them is between the user and Codex. */
export async function codexHooks(places: Places): Promise<Finding> {
  const { hooks, afterwards } = codexIntegration(anyProgram, places)
  const found = await hooksOf('Codex hooks', hooks)
  return found.state === 'ok' && afterwards !== null
    ? { ...found, remedy: `if not done yet: ${afterwards}` }
    : found
}

async function hooksOf(check: string, hooks: readonly HookAddition[]): Promise<Finding> {
  if (!existsSync(folderOf(hooks))) return finding('note', check, 'it is not on this machine')
  const { commands, problem, file } = await findHooks(hooks)
  if (commands.size === 0) return finding('note', check, `not set up (${file})`, 'iai-mcp setup')
  if (problem !== null) return finding('fail', check, problem, 'iai-mcp setup')
  return finding('ok', check, `each once, in ${file}`)
}

function folderOf([first]: readonly HookAddition[]): string {
  return dirname(first?.file ?? '')
}
