// `iai-mcp mcp`: the MCP server that hosts start. The bin takes the short way to the bridge (bridge/bridge-entry.ts)
// and comes here only to explain the command.
import type { Cli, CommonOptions } from './command.ts'

interface McpOptions extends CommonOptions {
  readonly cwd?: string
  readonly legacyTools?: boolean
}

export function addMcp(cli: Cli): void {
  cli
    .command('mcp', 'Serve the Model Context Protocol on standard input and output, for a host to start')
    .option('--cwd <path>', 'the directory whose project this is about, instead of the working directory')
    .option(
      '--legacy-tools',
      'offer the tools under their older names too (memory_recall, memory_capture, …)',
    )
    .action(async (options: McpOptions) => {
      const { bridgeStdio } = await import('./bridge/bridge-entry.ts')
      await bridgeStdio(cli.config(options), options)
    })
}
