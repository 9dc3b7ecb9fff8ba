// Where everything is that set-up looks at or names.
import { join } from 'node:path'
import type { Config } from '../../config/config.ts'
import { hostEnvironment } from '../../config/environment.ts'
import { openCodePlugin, readPackageInfo } from '../../lifecycle/package-info.ts'
import { ownCommand } from '../daemon-command.ts'
import type { SetupPlace } from './host.ts'

export function setupPlace(config: Config): SetupPlace {
  const env = hostEnvironment()
  const isChosen = config.sources.dataDir !== 'default'
  return {
    config,
    openCodeFolder: join(env.XDG_CONFIG_HOME || join(env.HOME, '.config'), 'opencode'),
    openCodeDataFolder: join(env.XDG_DATA_HOME || join(env.HOME, '.local', 'share'), 'opencode'),
    claudeCodeFolder: env.CLAUDE_CONFIG_DIR || join(env.HOME, '.claude'),
    claudeCodeMcpFile: join(env.CLAUDE_CONFIG_DIR || env.HOME, '.claude.json'),
    codexFolder: env.CODEX_HOME || join(env.HOME, '.codex'),
    openCodePlugin: openCodePlugin(readPackageInfo().folder),
    mcpCommand: ownCommand('mcp', ...(isChosen ? ['--data-dir', config.dataDir] : [])),
  }
}
