// Claude Code: hooks in the user's settings, our MCP server in the user's own list. Its plugin brings both; with the
// plugin installed neither is written, and what an earlier set-up wrote is taken out, or it would all happen twice.
import { existsSync } from 'node:fs'
import { claudeCodePluginFolder, inClaudeCodePlugin } from '../../hosts/claude-code-plugin.ts'
import { absent, commandAt } from '../change.ts'
import { readConfigText } from '../config-text.ts'
import { checkHooks } from '../hook-check.ts'
import type { HostIntegration } from '../host.ts'
import { integrationChanges } from '../integration-changes.ts'
import { parseJsonc } from '../jsonc.ts'
import { checkMcpServer } from '../mcp-check.ts'

export const claudeCode: HostIntegration = {
  name: 'claude-code',
  title: 'Claude Code',
  async detect({ claudeCodeFolder }) {
    return existsSync(claudeCodeFolder)
  },
  async changes({ claudeCode, claudeCodeFolder }) {
    const changes = integrationChanges(claudeCode)
    return (await claudeCodePluginFolder(claudeCodeFolder)) === null ? changes : changes.map(absent)
  },
  async note({ claudeCodeFolder }) {
    const folder = await claudeCodePluginFolder(claudeCodeFolder)
    return folder === null ? null : 'has the plugin iai-mcp, which brings the hooks and the tools'
  },
  async check(context) {
    const { claudeCode, claudeCodeFolder, config } = context.place
    const plugin = await claudeCodePluginFolder(claudeCodeFolder)
    const { hooks, mcp } = plugin === null ? claudeCode : inClaudeCodePlugin(claudeCode, plugin)
    const command = commandAt(parseJsonc((await readConfigText(mcp.file)).text, mcp.file), mcp.keys)
    return [
      await checkHooks(context, 'Claude Code hooks', hooks),
      await checkMcpServer('Claude Code MCP', mcp.file, command, config.dataDir),
    ]
  },
}
