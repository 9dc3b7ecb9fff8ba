// Looks a host's settings up for our hooks: all there, each once, and each running a program that can be run. For the
// checks of set-up and doctor.
import { searchPath } from '../../config/environment.ts'
import { isAppError } from '../../kit/errors.ts'
import { claudeCodePluginFolder, inClaudeCodePlugin } from '../hosts/claude-code-plugin.ts'
import type { HookAddition, Integration } from '../hosts/integration.ts'
import { standingHooks, wordsOfCommand } from '../hosts/standing-hooks.ts'
import { hindrances, hindrancesText, lastingPath } from '../search-path.ts'
import { readConfigText } from '../setup/config-text.ts'
import { parseJsonc } from '../setup/jsonc.ts'

export interface FoundHooks {
  readonly file: string
  /** By the host's name of the event. */
  readonly commands: ReadonlyMap<string, string>
  /** 'hooks run x, which is not there'; null when what stands there can be run. */
  readonly cannotRun: string | null
  /** One sentence; null when all is well. */
  readonly problem: string | null
}

/** `wanted`: what set-up puts into one file, at least one. Raises config_invalid when the file cannot be understood. */
export async function findHooks(wanted: readonly HookAddition[]): Promise<FoundHooks> {
  const file = wanted[0]?.file ?? ''
  const settings = parseJsonc((await readConfigText(file)).text, file)
  const { commands, missing, doubled } = standingHooks(settings, wanted)
  const hindered = hindrancesText([...commands.values()].flatMap(hindrancesOf))
  const cannotRun = hindered === '' ? null : `hooks run ${hindered}`
  const problems = [
    missing.length === 0 ? '' : `no hook of ours for ${missing.join(', ')}`,
    doubled.length === 0 ? '' : `more than one hook of ours for ${doubled.join(', ')}`,
    cannotRun ?? '',
  ].filter((problem) => problem !== '')
  const problem = problems.length === 0 ? null : `${problems.join('; ')} (${file})`
  return { file, commands, cannotRun, problem }
}

/** None when nobody can say from how the command is written. A host is not started by npx: see lastingPath. */
function hindrancesOf(command: string) {
  return hindrances(wordsOfCommand(command) ?? [], lastingPath(searchPath()))
}

export interface FoundPlugin {
  /** What the plugin's own files say in place of the user's. */
  readonly integration: Integration
  /** Why the plugin does nothing; null when it does its work. */
  readonly problem: string | null
}

/** Claude Code's plugin of ours, when it is installed and switched on; null when it is not. */
export async function findClaudeCodePlugin(
  direct: Integration,
  configFolder: string,
): Promise<FoundPlugin | null> {
  const folder = await claudeCodePluginFolder(configFolder)
  if (folder === null) return null
  const integration = inClaudeCodePlugin(direct, folder)
  try {
    const { commands, cannotRun } = await findHooks(integration.hooks)
    return { integration, problem: commands.size === 0 ? 'it holds no hook of ours' : cannotRun }
  } catch (error) {
    if (!isAppError(error)) throw error
    return { integration, problem: error.message }
  }
}
