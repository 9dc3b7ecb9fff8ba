// `iai-mcp correct`: says what holds in place of a memory; without one, lists what cannot both hold, found in what was said
// or proposed by an agent, and how each is settled.
import type { memoryConflictDismiss } from '../operations/memory-conflict-dismiss.ts'
import type { memoryConflicts } from '../operations/memory-conflicts.ts'
import type { memoryContradict } from '../operations/memory-contradict.ts'
import type { Daemon } from './client.ts'
import type { Cli, CommonOptions } from './command.ts'
import { UsageError } from './exit-codes.ts'
import { minute } from './memory-lines.ts'
import { bold, dim, indented, type Line } from './output.ts'
import type { ResultOf } from './result-of.ts'
import { addProjectOptions, type ScopeOptions, scopeParams } from './scope.ts'
import { getMemories, refuseMissing } from './show.ts'

interface CorrectOptions extends CommonOptions, ScopeOptions {
  readonly with?: string
  readonly both?: string
}

type Conflict = ResultOf<typeof memoryConflicts>['conflicts'][number]
type Outcome = { readonly result: unknown; readonly lines: readonly Line[] }

export function addCorrect(cli: Cli): void {
  const command = cli
    .command(
      'correct [id] [text]',
      'Say what holds in place of a memory; without an id, list what cannot both hold',
    )
    .option('--with <id>', 'what this memory says holds instead')
    .option('--both <id>', 'both hold: it is not proposed again')
  addProjectOptions(command).action(
    async (id: string | undefined, text: string | undefined, options: CorrectOptions) => {
      const { result, lines } = await cli.withDaemon(options, (daemon) =>
        id === undefined ? listed(daemon, options, cli.io.cwd) : settled(daemon, id, text, options),
      )
      cli.show(options, result, lines)
    },
  )
}

async function listed(daemon: Daemon, options: CorrectOptions, cwd: string): Promise<Outcome> {
  if (options.with !== undefined || options.both !== undefined)
    throw new UsageError('say which memory: iai-mcp correct ID --with OTHER, or --both OTHER')
  const scope = await scopeParams(daemon, options, cwd)
  const result = await daemon.call<ResultOf<typeof memoryConflicts>>('memory_conflicts', { ...scope })
  const none: Line[] = [['Nothing here contradicts anything else.']]
  return { result, lines: result.conflicts.length === 0 ? none : result.conflicts.flatMap(conflictLines) }
}

function conflictLines({ kind, older, newer }: Conflict): Line[] {
  const isProposed = kind === 'proposed'
  const proposed = isProposed ? '  proposed by an agent' : ''
  const refused: Line[] = isProposed ? [[dim(`  the first holds:  iai-mcp forget ${newer.memory_id}`)]] : []
  return [
    [bold(minute(older.said_at)), `  ${older.role}  `, dim(older.memory_id)],
    [indented(older.text)],
    [bold(minute(newer.said_at)), `  ${newer.role}  `, dim(newer.memory_id), proposed],
    [indented(newer.text)],
    ...refused,
    [dim(`  the second holds: iai-mcp correct ${older.memory_id} --with ${newer.memory_id}`)],
    [dim(`  both hold:        iai-mcp correct ${older.memory_id} --both ${newer.memory_id}`)],
    [],
  ]
}

async function settled(
  daemon: Daemon,
  id: string,
  text: string | undefined,
  options: CorrectOptions,
): Promise<Outcome> {
  const ways = [text, options.with, options.both].filter((given) => given !== undefined)
  if (ways.length !== 1) throw new UsageError('say what holds instead: a text, --with ID, or --both ID')
  if (options.both !== undefined) {
    const pair = { older: id, newer: options.both }
    const result = await daemon.call<ResultOf<typeof memoryConflictDismiss>>('memory_conflict_dismiss', pair)
    return { result, lines: [['Both hold.']] }
  }
  const new_fact = options.with === undefined ? text : await textOf(daemon, options.with)
  const result = await daemon.call<ResultOf<typeof memoryContradict>>('memory_contradict', {
    id,
    new_fact,
    client: 'cli',
  })
  return {
    result,
    lines: [['Corrected. The old text stays on record, marked as superseded.'], [dim(result.new_record_id)]],
  }
}

async function textOf(daemon: Daemon, id: string): Promise<string | undefined> {
  const found = await getMemories(daemon, [id])
  refuseMissing(found)
  return found.memories[0]?.text
}
