// docs/reference/mcp.md, from the table of tools.
import type { Tool } from '../../packages/daemon/src/transport/mcp/tool.ts'
import { paramsTable, shape } from './operations-page.ts'
import { cell } from './schema-words.ts'

export function mcpPage(tools: readonly Tool[]): string {
  return [
    '# Model Context Protocol',
    '',
    'Written by `npm run docs` from `packages/daemon/src/transport/mcp`. Revisions 2026-07-28 and 2025-11-25.',
    '',
    'Over stdio a host starts `iai-mcp mcp`, a bridge to the daemon that starts the daemon when it is not running:',
    '',
    '```json',
    JSON.stringify({ mcpServers: { memory: { command: 'iai-mcp', args: ['mcp'] } } }, null, 2),
    '```',
    '',
    'The project is that of the directory the host starts it in, or of `--cwd`. Over HTTP it is `POST /mcp` on the',
    "daemon's port with the token as `Authorization: Bearer …`; the directory may stand in the address",
    '(`/mcp?cwd=/home/ada/shop`), else the tools ask for it. `--legacy-tools` (`legacy_tools=1`) adds the tools under',
    'their older names: memory_recall, memory_capture and so on, with the parameters of the operations.',
    '',
    '| tool | | |',
    '|---|---|---|',
    ...tools.map(
      (tool) => `| [\`${tool.name}\`](#${tool.name}) | ${access(tool)} | ${cell(tool.description)} |`,
    ),
    '',
    'Resources: `iai-mcp://session/{client}/{session_id}`, what was said in a session. Prompt: `what-do-you-know`.',
    '',
    ...tools.flatMap(section),
  ].join('\n')
}

function access({ hints }: Tool): string {
  if (hints.readOnlyHint) return 'reads'
  return hints.destructiveHint ? 'erases' : 'adds'
}

function section({ name, description, input, output }: Tool): string[] {
  return [
    `## ${name}`,
    '',
    description,
    '',
    ...paramsTable(input),
    '',
    ...(output === null ? [] : [`Result: ${shape(output)}`, '']),
  ]
}
