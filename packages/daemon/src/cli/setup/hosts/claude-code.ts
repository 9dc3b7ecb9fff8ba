// Claude Code: our MCP server in the user's own list.
import { existsSync } from 'node:fs'
import { ownKey, valueAt } from '../change.ts'
import { readConfigText } from '../config-text.ts'
import type { HostIntegration } from '../host.ts'
import { parseJsonc } from '../jsonc.ts'
import { checkMcpServer } from '../mcp-check.ts'

export const claudeCode: HostIntegration = {
  name: 'claude-code',
  title: 'Claude Code',
  async detect({ claudeCodeFolder }) {
    return existsSync(claudeCodeFolder)
  },
  async changes({ claudeCodeMcpFile: file, mcpCommand: [command, ...args] }) {
    return [
      ownKey({
        file,
        what: 'the MCP server: recall, remember and the other tools',
        path: ['mcpServers', 'iai-mcp'],
        value: { type: 'stdio', command, args },
      }),
    ]
  },
  async check({ place: { claudeCodeMcpFile: file, config } }) {
    const server = ['mcpServers', 'iai-mcp']
    const root = parseJsonc((await readConfigText(file)).text, file)
    const args = valueAt(root, [...server, 'args'])
    const command = [valueAt(root, [...server, 'command']), ...(Array.isArray(args) ? args : [])]
    return [await checkMcpServer('Claude Code MCP', file, command, config.dataDir)]
  },
}
