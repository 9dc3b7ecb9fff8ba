// `iai-mcp hook`, as the command line lists it; bin/iai-mcp.js takes a shorter path to the same entry.
import type { Cli, CommonOptions } from './command.ts'

interface HookOptions extends CommonOptions {
  readonly host: string
}

export function addHook(cli: Cli): void {
  cli
    .command(
      'hook <event>',
      'What Claude Code and Codex run: session-start, user-prompt, stop, subagent-stop, pre-compact, session-end',
    )
    .option('--host <name>', 'whose hook it is: claude-code or codex', 'claude-code')
    .action(async (event: string, options: HookOptions) => {
      const { runHook } = await import('./hook/hook-entry.ts')
      await runHook({ event, client: options.host, config: cli.config(options) })
    })
}
