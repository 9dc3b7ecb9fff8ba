// `iai-mcp recall`: what was said about something.
import { Option } from 'commander'
import { limits } from '../kit/limits.ts'
import { type Role, roles, usualTrust } from '../model/memory.ts'
import type { memoryRecall } from '../operations/memory-recall.ts'
import { type Cli, type CommonOptions, wholeNumber } from './command.ts'
import { memoryLines, minute } from './memory-lines.ts'
import { type Line, nameText } from './output.ts'
import {
  filtersOf,
  isBetterElsewhere,
  type Lifted,
  liftedLines,
  liftFilters,
  type RecallParams,
} from './recall-filters.ts'
import type { ResultOf } from './result-of.ts'
import { addScopeOptions, type ScopeOptions, scopeParams } from './scope.ts'
import { scoreLines } from './score-words.ts'
import { timeWords } from './times.ts'

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
    .option('--since <time>', `said since then: ${timeWords}`)
    .option('--until <time>', 'said before then')
    .option('--session <id>', 'only this session')
    .addOption(new Option('--role <role>', 'only what was said in this role').choices(roles))
    .option('--client <name>', 'only what this program captured, as "claude-code"')
    .option('--pinned', 'only what is pinned')
    .option('--explain', 'show what each score is made of')
  addScopeOptions(command).action(async (cue: string[], options: RecallOptions) => {
    const { result, otherwise, elsewhere } = await cli.withDaemon(options, async (daemon) => {
      const params = { ...paramsOf(cue, options), ...(await scopeParams(daemon, options, cli.io.cwd)) }
      const result = await daemon.call<Recall>('memory_recall', params)
      if (options.json === true) return { result, otherwise: [], elsewhere: false }
      if (result.hits.length === 0)
        return { result, otherwise: await liftFilters(daemon, params), elsewhere: false }
      return { result, otherwise: [], elsewhere: await isBetterElsewhere(daemon, params, result) }
    })
    cli.show(options, result, [
      ...recallLines(result, otherwise, options),
      ...(elsewhere ? [[betterElsewhere]] : []),
    ])
  })
}

function paramsOf(cue: readonly string[], options: RecallOptions): RecallParams {
  return {
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
  }
}

const noWordHere = 'None of these words occurs here: what follows may be a guess.'
const betterElsewhere =
  'Other projects come nearer, with words that do not occur here: --all-projects shows them.'

type Hit = Recall['hits'][number]
type Correction = Hit['corrections'][number]

function recallLines(
  { hits, anti_hits, left_out, cue_words }: Recall,
  otherwise: readonly Lifted[],
  options: RecallOptions,
): Line[] {
  const floor = options.explain === true ? left_out.floor : null
  const isGuess = cue_words.asked > 0 && cue_words.known === 0
  const found = [
    ...(isGuess ? [[noWordHere], []] : []),
    ...hits.flatMap((hit) => hitLines(hit, floor)),
    ...(options.explain === true && left_out.count > 0 ? [[leftOutText(left_out.count)]] : []),
  ]
  const past = anti_hits.flatMap((hit) => hitLines(hit, floor))
  return [
    ...(hits.length === 0 ? nothingFound(cue_words, left_out, otherwise, options) : found),
    ...(past.length === 0 ? [] : [['No longer true:'], [], ...past]),
  ]
}

function leftOutText(count: number): string {
  return `Left out: ${count} ${count === 1 ? 'passage that comes' : 'passages that come'} far less near than the best.`
}

function nothingFound(
  { asked }: Recall['cue_words'],
  leftOut: Recall['left_out'],
  otherwise: readonly Lifted[],
  options: RecallOptions,
): Line[] {
  if (asked === 0)
    return [['Nothing found: there is no word in this, and signs and emoji are not looked up.']]
  return nothingLines(leftOut, otherwise, options)
}

function nothingLines(
  { count, best, floor, examples = [] }: Recall['left_out'],
  otherwise: readonly Lifted[],
  { explain, ...options }: RecallOptions,
): Line[] {
  const advice = otherwise.length > 0 ? liftedLines(otherwise) : nowhereElse(options)
  if (count === 0) return [['Nothing found.'], ...advice]
  const [few, words] = count === 1 ? ['One passage comes', 'it'] : [`${count} passages come`, 'they']
  return [
    [`Nothing found that is about this. ${few} near it; ${words} would be a guess.`],
    ...(explain === true ? [] : [['--explain names the nearest.']]),
    ...advice,
    ...(examples.length === 0 ? [] : [[`Relevance ${best.toFixed(2)}, and ${floor} is needed:`]]),
    ...examples.map(({ record_id, relevance }): Line => [`  ${record_id}  ${relevance.toFixed(2)}`]),
  ]
}

/** Nothing was found with the filters lifted either. */
function nowhereElse({ allProjects, ...options }: RecallOptions): Line[] {
  const isNarrowed = filtersOf({ ...paramsOf([], options), all_projects: true }).length > 0
  if (allProjects === true) return isNarrowed ? [['Nothing without these filters either.']] : []
  if (isNarrowed) return [['Nothing without these filters either, nor in other projects.']]
  return [['Nothing in other projects either.']]
}

/** With `floor`, what the score is made of. */
function hitLines(hit: Hit, floor: number | null): Line[] {
  const memory = {
    ...hit,
    id: hit.record_id,
    text: hit.literal_surface,
    marks: [
      hit.reason,
      ...(hit.trust === usualTrust[hit.role] ? [] : [`from the ${hit.trust}`]),
      ...(hit.valid_to === null
        ? []
        : [`${hit.superseded_by === null ? 'taken back' : 'superseded'} ${minute(hit.valid_to)}`]),
    ],
  }
  return memoryLines(memory, [
    ...hit.corrections.map(correctionLine),
    ...(floor === null ? [] : scoreLines(hit, floor)),
  ])
}

function correctionLine({ said_at, old_value, new_value, settled }: Correction): Line {
  const now = new_value === null ? 'taken back' : `now ${nameText(new_value)}`
  const since = `since ${said_at.slice(0, 10)}`
  return [
    `  ${settled ? 'no longer true' : 'perhaps no longer true'} ${since}: ${nameText(old_value)}, ${now}`,
  ]
}
