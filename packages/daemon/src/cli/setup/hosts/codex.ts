// Codex: hooks in hooks.json, our MCP server in config.toml. Trust is never written: Codex asks its user.
import { readConfigText } from '../config-text.ts'
import { checkHooks } from '../hook-check.ts'
import type { HostIntegration } from '../host.ts'
import { integrationChanges } from '../integration-changes.ts'
import { commandAt } from '../json-value.ts'
import { checkMcpServer } from '../mcp-check.ts'
import { parseToml } from '../toml.ts'

export const codex: HostIntegration = {
  name: 'codex',
  title: 'Codex',
  program: 'codex',
  folders: ({ codexFolder }) => [codexFolder],
  changes: async ({ codex }) => integrationChanges(codex),
  async check(context) {
    const { hooks, mcp } = context.place.codex
    const { file, keys } = mcp
    const command = commandAt(parseToml((await readConfigText(file)).text, file), keys)
    return [
      await checkHooks(context, 'Codex hooks', hooks),
      await checkMcpServer(context, 'Codex MCP', file, command),
    ]
  },
  afterwards: ({ codex }) => codex.afterwards,
}
