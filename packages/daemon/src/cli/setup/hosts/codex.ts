// Codex: hooks in hooks.json, our MCP server in config.toml. Trust is never written: Codex asks its user.
import { existsSync } from 'node:fs'
import { commandAt } from '../change.ts'
import { readConfigText } from '../config-text.ts'
import { checkHooks } from '../hook-check.ts'
import type { HostIntegration } from '../host.ts'
import { integrationChanges } from '../integration-changes.ts'
import { checkMcpServer } from '../mcp-check.ts'
import { parseToml } from '../toml.ts'

export const codex: HostIntegration = {
  name: 'codex',
  title: 'Codex',
  async detect({ codexFolder }) {
    return existsSync(codexFolder)
  },
  changes: async ({ codex }) => integrationChanges(codex),
  async check(context) {
    const { hooks, mcp } = context.place.codex
    const { file, keys } = mcp
    const command = commandAt(parseToml((await readConfigText(file)).text, file), keys)
    return [
      await checkHooks(context, 'Codex hooks', hooks),
      await checkMcpServer('Codex MCP', file, command, context.place.config.dataDir),
    ]
  },
  afterwards: ({ codex }) => codex.afterwards,
}
