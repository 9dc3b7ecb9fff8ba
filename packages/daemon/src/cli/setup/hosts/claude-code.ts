// Claude Code: hooks in the user's settings, our MCP server in the user's own list. Its plugin brings both; where the
// plugin does its work neither is written, and what an earlier set-up wrote is taken out, or it would all happen twice.
import { findClaudeCodePlugin } from '../../doctor/find-hooks.ts'
import { absent } from '../change.ts'
import { readConfigText } from '../config-text.ts'
import { checkHooks } from '../hook-check.ts'
import type { HostIntegration, SetupPlace } from '../host.ts'
import { integrationChanges } from '../integration-changes.ts'
import { commandAt } from '../json-value.ts'
import { parseJsonc } from '../jsonc.ts'
import { checkMcpServer } from '../mcp-check.ts'

export const claudeCode: HostIntegration = {
  name: 'claude-code',
  title: 'Claude Code',
  program: 'claude',
  folders: ({ claudeCodeFolder }) => [claudeCodeFolder],
  async changes(place) {
    const changes = integrationChanges(place.claudeCode)
    const plugin = await pluginOf(place)
    return plugin === null || plugin.problem !== null ? changes : changes.map(absent)
  },
  async note(place) {
    const plugin = await pluginOf(place)
    if (plugin === null) return null
    if (plugin.problem === null) return 'has the plugin iai-mcp, which brings the hooks and the tools'
    return (
      `has the plugin iai-mcp, which does nothing: ${plugin.problem}. The hooks and the tools go into the settings ` +
      'instead; take the plugin out with: claude plugin uninstall iai-mcp@iai-mcp'
    )
  },
  async check(context) {
    const plugin = await pluginOf(context.place)
    const { hooks, mcp } = plugin?.problem === null ? plugin.integration : context.place.claudeCode
    const command = commandAt(parseJsonc((await readConfigText(mcp.file)).text, mcp.file), mcp.keys)
    return [
      await checkHooks(context, 'Claude Code hooks', hooks),
      await checkMcpServer(context, 'Claude Code MCP', mcp.file, command),
    ]
  },
}

function pluginOf({ claudeCode: direct, claudeCodeFolder }: SetupPlace) {
  return findClaudeCodePlugin(direct, claudeCodeFolder)
}
