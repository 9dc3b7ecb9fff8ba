// `iai-mcp list`: memories in the order in which they were said.
import type { memoryList } from '../operations/memory-list.ts'
import { type Cli, type CommonOptions, wholeNumber } from './command.ts'
import { viewLines } from './memory-lines.ts'
import { dim, type Line } from './output.ts'
import type { ResultOf } from './result-of.ts'
import { addScopeOptions, type ScopeOptions, scopeParams } from './scope.ts'

type List = ResultOf<typeof memoryList>

interface ListOptions extends CommonOptions, ScopeOptions {
  readonly limit: number
  readonly oldest?: boolean
  readonly pinned?: boolean
  readonly superseded?: boolean
  readonly session?: string
  readonly after?: string
}

export function addList(cli: Cli): void {
  const command = cli
    .command('list', 'List what is held, newest first')
    .option('-n, --limit <count>', 'at most this many', wholeNumber(1), 20)
    .option('--oldest', 'oldest first')
    .option('--pinned', 'only pinned ones')
    .option('--superseded', 'also those that were replaced')
    .option('--session <id>', 'only this session')
    .option('--after <id>', 'continue after this one')
  addScopeOptions(command).action(async (options: ListOptions) => {
    const result = await cli.withDaemon(options, (daemon) =>
      daemon.call<List>('memory_list', {
        limit: options.limit,
        order: options.oldest ? 'oldest' : 'newest',
        ...(options.pinned && { pinned_only: true }),
        ...(options.superseded && { include_superseded: true }),
        ...(options.session !== undefined && { session_id: options.session }),
        ...(options.after !== undefined && { after: options.after }),
        ...scopeParams(options, cli.io.cwd),
      }),
    )
    cli.show(options, result, listLines(result))
  })
}

function listLines({ memories, next }: List): Line[] {
  if (memories.length === 0) return [['Nothing is held here. --all-projects lists every project.']]
  const more: Line[] = next === null ? [] : [[dim(`More: --after ${next}`)]]
  return [...memories.flatMap(viewLines), ...more]
}
