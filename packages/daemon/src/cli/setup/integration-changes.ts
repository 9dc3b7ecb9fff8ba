// A host's integration, which is data, as changes that set-up can make and take back.
import type { Integration, McpAddition } from '../hosts/integration.ts'
import type { Change, JsonChange } from './change.ts'
import { hookChange } from './hook-change.ts'
import { ownKey } from './json-changes.ts'

const hookWords = 'hooks: every session opens with its memory, and what is said in it is kept'
const mcpWords = 'the MCP server: recall, remember and the other tools'

export function integrationChanges({ hooks, mcp }: Integration): readonly Change[] {
  const server: Change = mcp.format === 'json' ? jsonServer(mcp) : tomlServer(mcp)
  return [...hooks.map((hook) => hookChange(hook, hookWords)), server]
}

function jsonServer({ file, keys, value }: McpAddition): JsonChange {
  return ownKey({ file, what: mcpWords, path: keys, value })
}

function tomlServer({ file, keys, value }: McpAddition): Change {
  return { format: 'toml', file, what: mcpWords, table: keys, values: value }
}
