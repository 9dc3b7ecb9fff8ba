// `iai-mcp context`: what an agent would be shown at the start of a session here.

import { Option } from 'commander'
import { sessionText } from '../context/session-text.ts'
import { type WakeDepth, wakeDepths } from '../model/profile.ts'
import type { sessionStartPayload } from '../operations/session-start-payload.ts'
import { type Cli, type CommonOptions, wholeNumber } from './command.ts'
import type { ResultOf } from './result-of.ts'
import { addProjectOptions, type ScopeOptions, scopeParams } from './scope.ts'

interface ContextOptions extends CommonOptions, ScopeOptions {
  readonly depth: WakeDepth
  readonly session?: string
  readonly budget?: number
}

export function addContext(cli: Cli): void {
  const command = cli
    .command('context', 'Show what an agent is told when a session starts here')
    .addOption(new Option('--depth <depth>', 'how much').choices(wakeDepths).default('standard'))
    .option('--session <id>', 'for this session')
    .option('--budget <tokens>', 'at most this much', wholeNumber(0))
  addProjectOptions(command).action(async (options: ContextOptions) => {
    const result = await cli.withDaemon(options, (daemon) =>
      daemon.call<ResultOf<typeof sessionStartPayload>>('session_start_payload', {
        wake_depth: options.depth,
        ...(options.session !== undefined && { session_id: options.session }),
        ...(options.budget !== undefined && { budget_tokens: options.budget }),
        ...scopeParams(options, cli.io.cwd),
      }),
    )
    const text = sessionText(result)
    cli.show(options, result, [[text === '' ? 'Nothing to say yet.' : text]])
  })
}
