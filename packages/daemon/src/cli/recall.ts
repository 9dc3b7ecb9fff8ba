// `iai-mcp recall`: what was said about something.
import { Option } from 'commander'
import { limits } from '../kit/limits.ts'
import { type Role, roles, usualTrust } from '../model/memory.ts'
import type { memoryRecall } from '../operations/memory-recall.ts'
import { type Cli, type CommonOptions, wholeNumber } from './command.ts'
import { memoryLines, minute } from './memory-lines.ts'
import type { Line } from './output.ts'
import type { ResultOf } from './result-of.ts'
import { addScopeOptions, type ScopeOptions, scopeParams } from './scope.ts'

type Recall = ResultOf<typeof memoryRecall>

interface RecallOptions extends CommonOptions, ScopeOptions {
  readonly limit?: number
  readonly budget?: number
  readonly since?: string
  readonly until?: string
  readonly session?: string
  readonly role?: Role
  readonly client?: string
  readonly pinned?: boolean
  readonly explain?: boolean
}

export function addRecall(cli: Cli): void {
  const command = cli
    .command('recall <cue...>', 'Find what was said about something')
    .option('-n, --limit <count>', 'at most this many', wholeNumber(1, limits.recallHitsMax))
    .option('--budget <tokens>', 'at most this much text', wholeNumber(0, limits.recallBudgetTokensMax))
    .option('--since <time>', 'said since then: a date, or words such as "last month"')
    .option('--until <time>', 'said before then')
    .option('--session <id>', 'only this session')
    .addOption(new Option('--role <role>', 'only what was said in this role').choices(roles))
    .option('--client <name>', 'only what this program captured, as "claude-code"')
    .option('--pinned', 'only what is pinned')
    .option('--explain', 'show what each score is made of')
  addScopeOptions(command).action(async (cue: string[], options: RecallOptions) => {
    const result = await cli.withDaemon(options, async (daemon) =>
      daemon.call<Recall>('memory_recall', {
        cue: cue.join(' '),
        ...(options.limit !== undefined && { limit: options.limit }),
        ...(options.budget !== undefined && { budget_tokens: options.budget }),
        ...(options.since !== undefined && { since: options.since }),
        ...(options.until !== undefined && { until: options.until }),
        ...(options.session !== undefined && { in_session: options.session }),
        ...(options.role !== undefined && { roles: [options.role] }),
        ...(options.client !== undefined && { from_client: options.client }),
        ...(options.pinned && { pinned_only: true }),
        ...(options.explain && { explain: true }),
        ...(await scopeParams(daemon, options, cli.io.cwd)),
      }),
    )
    cli.show(options, result, recallLines(result, options.explain === true))
  })
}

type Hit = Recall['hits'][number]

function recallLines({ hits, anti_hits, left_out }: Recall, explain: boolean): Line[] {
  const found = hits.flatMap((hit) => hitLines(hit, explain))
  const past = anti_hits.flatMap((hit) => hitLines(hit, explain))
  return [
    ...(hits.length === 0 ? nothingLines(left_out) : found),
    ...(past.length === 0 ? [] : [['No longer true:'], [], ...past]),
  ]
}

function nothingLines({ count, best, floor, examples = [] }: Recall['left_out']): Line[] {
  if (count === 0) return [['Nothing found here. --all-projects looks in every project.']]
  const [few, words] =
    count === 1 ? ['One passage here shares', 'it'] : [`${count} passages here share`, 'they']
  return [
    [`Nothing found that is about this. ${few} some of its words; ${words} would be a guess.`],
    ['--explain names the nearest, --all-projects looks in every project.'],
    ...(examples.length === 0 ? [] : [[`Relevance ${best.toFixed(2)}, and ${floor} is needed:`]]),
    ...examples.map(({ record_id, relevance }): Line => [`  ${record_id}  ${relevance.toFixed(2)}`]),
  ]
}

function hitLines(hit: Hit, explain: boolean): Line[] {
  return memoryLines({
    ...hit,
    id: hit.record_id,
    text: hit.literal_surface,
    marks: [
      hit.reason,
      ...(hit.trust === usualTrust[hit.role] ? [] : [`from the ${hit.trust}`]),
      ...(hit.valid_to === null ? [] : [`superseded ${minute(hit.valid_to)}`]),
      ...(explain ? [explanation(hit)] : []),
    ],
  })
}

function explanation({ score, components = {} }: Hit): string {
  const parts = Object.entries(components)
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `${name} ${value.toFixed(3)}`)
  return `score ${score.toFixed(3)}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`
}
