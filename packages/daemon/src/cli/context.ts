// `iai-mcp context`: what an agent would be shown at the start of a session here.

import { Option } from 'commander'
import { sessionText } from '../context/session-text.ts'
import { limits } from '../kit/limits.ts'
import { type WakeDepth, wakeDepths } from '../model/profile.ts'
import type { sessionStartPayload } from '../operations/session-start-payload.ts'
import { type Cli, type CommonOptions, wholeNumber } from './command.ts'
import { dim, type Line } from './output.ts'
import type { ResultOf } from './result-of.ts'
import { addProjectOptions, type ScopeOptions, scopeParams } from './scope.ts'

interface ContextOptions extends CommonOptions, ScopeOptions {
  readonly depth: WakeDepth
  readonly session?: string
  readonly budget?: number
  readonly explain?: boolean
}

export function addContext(cli: Cli): void {
  const command = cli
    .command('context', 'Show what an agent is told when a session starts here')
    .addOption(new Option('--depth <depth>', 'how much').choices(wakeDepths).default('standard'))
    .option('--session <id>', 'for this session')
    .option('--budget <tokens>', 'at most this much', wholeNumber(0, limits.recallBudgetTokensMax))
    .option('--explain', 'say for each line where it comes from and why it is there')
  addProjectOptions(command).action(async (options: ContextOptions) => {
    const result = await cli.withDaemon(options, async (daemon) =>
      daemon.call<ResultOf<typeof sessionStartPayload>>('session_start_payload', {
        wake_depth: options.depth,
        ...(options.session !== undefined && { session_id: options.session }),
        ...(options.budget !== undefined && { budget_tokens: options.budget }),
        ...(options.explain === true && { explain: true }),
        ...(await scopeParams(daemon, options, cli.io.cwd)),
      }),
    )
    const text = sessionText(result)
    if (text === '') cli.show(options, result, [['Nothing to say yet.']])
    else cli.show(options, result, result.explanation?.flatMap(explainedLines) ?? [[text]])
  })
}

const layerNames = { l0: 'identity', l1: 'lately', l2: 'excerpt', rich_club: 'holds' } as const

type Explained = NonNullable<ResultOf<typeof sessionStartPayload>['explanation']>[number]

function explainedLines({ layer, line, memory_ids, reason, tokens }: Explained): Line[] {
  const ids = memory_ids.length === 0 ? '' : ` [${memory_ids.join(', ')}]`
  return [[line], [dim(`    ${layerNames[layer]}, ${tokens} tokens: ${reason}${ids}`)]]
}
