// Codex: our MCP server in config.toml. Trust is never written: Codex asks its user.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { valueAt } from '../change.ts'
import { readConfigText } from '../config-text.ts'
import type { HostIntegration, SetupPlace } from '../host.ts'
import { checkMcpServer } from '../mcp-check.ts'
import { parseToml } from '../toml.ts'

const table = ['mcp_servers', 'iai-mcp'] as const

export const codex: HostIntegration = {
  name: 'codex',
  title: 'Codex',
  async detect({ codexFolder }) {
    return existsSync(codexFolder)
  },
  async changes(place) {
    const [command, ...args] = place.mcpCommand
    return [
      {
        format: 'toml',
        file: configFile(place),
        what: 'the MCP server: recall, remember and the other tools',
        table,
        values: { command, args },
      },
    ]
  },
  async check({ place }) {
    const file = configFile(place)
    const root = parseToml((await readConfigText(file)).text, file)
    const args = valueAt(root, [...table, 'args'])
    const command = [valueAt(root, [...table, 'command']), ...(Array.isArray(args) ? args : [])]
    return [await checkMcpServer('Codex MCP', file, command, place.config.dataDir)]
  },
}

function configFile({ codexFolder }: SetupPlace): string {
  return join(codexFolder, 'config.toml')
}
