// The generated pages: where each goes, and what it says now. Written by generate-docs.ts; a house test compares.
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
  ])
}
