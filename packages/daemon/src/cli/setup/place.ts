// Where everything is that set-up looks at or names.
import { join } from 'node:path'
import type { Config } from '../../config/config.ts'
import { hostEnvironment, searchPath } from '../../config/environment.ts'
import { openCodePlugin, readPackageInfo } from '../../lifecycle/package-info.ts'
import { ownCommand } from '../daemon-command.ts'
import { claudeCodeIntegration } from '../hosts/claude-code.ts'
import { codexIntegration } from '../hosts/codex.ts'
import type { SetupPlace } from './host.ts'

export function setupPlace(config: Config): SetupPlace {
  const env = hostEnvironment()
  const program = ownCommand()
  const options = config.sources.dataDir === 'default' ? [] : ['--data-dir', config.dataDir]
  return {
    config,
    openCodeFolder: join(env.XDG_CONFIG_HOME || join(env.HOME, '.config'), 'opencode'),
    openCodeDataFolder: join(env.XDG_DATA_HOME || join(env.HOME, '.local', 'share'), 'opencode'),
    claudeCodeFolder: env.CLAUDE_CONFIG_DIR || join(env.HOME, '.claude'),
    codexFolder: env.CODEX_HOME || join(env.HOME, '.codex'),
    searchPath: searchPath(),
    claudeCode: claudeCodeIntegration(program, env, options),
    codex: codexIntegration(program, env, options),
    openCodePlugin: openCodePlugin(readPackageInfo().folder),
    mcpCommand: [...program, 'mcp', ...options],
  }
}
