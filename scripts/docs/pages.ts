// The generated pages: where each goes, and what it says now. Written by generate-docs.ts; a house test compares.
import { readFileSync } from 'node:fs'
import { claudeCodeMarketplace, claudeCodePlugin } from '../../packages/daemon/src/cli/hosts/claude-code.ts'
import { operations } from '../../packages/daemon/src/operations/operations.ts'
import { tools } from '../../packages/daemon/src/transport/mcp/tools.ts'
import { configurationPage } from './configuration-page.ts'
import { mcpPage } from './mcp-page.ts'
import { operationsPage } from './operations-page.ts'

/** Text by path from the root of the repository. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/reference/operations.md', operationsPage(operations)],
    ['docs/reference/mcp.md', mcpPage(tools)],
    ['docs/reference/configuration.md', configurationPage()],
    ...pluginFiles(),
  ])
}

/** Claude Code's plugin folder, which is published with the daemon and has its version. */
function pluginFiles(): [path: string, text: string][] {
  const folder = 'packages/daemon/integrations'
  const manifest = readFileSync(new URL('../../packages/daemon/package.json', import.meta.url), 'utf8')
  const plugin = claudeCodePlugin(JSON.parse(manifest).version)
  const files = [...plugin].map(([path, content]) => [`claude-code/${path}`, content] as const)
  return [['.claude-plugin/marketplace.json', claudeCodeMarketplace()] as const, ...files].map(
    ([path, content]) => [`${folder}/${path}`, `${JSON.stringify(content, null, 2)}\n`],
  )
}
