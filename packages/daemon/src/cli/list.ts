// `iai-mcp list`: memories in the order in which they were said.
import { limits } from '../kit/limits.ts'
import type { memoryList } from '../operations/memory-list.ts'
import type { Daemon } from './client.ts'
import { type Cli, type CommonOptions, wholeNumber } from './command.ts'
import { viewLines } from './memory-lines.ts'
import { dim, type Line } from './output.ts'
import type { ResultOf } from './result-of.ts'
import { addScopeOptions, type ScopeOptions, scopeParams } from './scope.ts'
import { readTime, timeWords } from './times.ts'

type List = ResultOf<typeof memoryList>

interface ListOptions extends CommonOptions, ScopeOptions {
  readonly limit: number
  readonly oldest?: boolean
  readonly pinned?: boolean
  readonly superseded?: boolean
  readonly session?: string
  readonly after?: string
  readonly since?: string
  readonly until?: string
}

export function addList(cli: Cli): void {
  const command = cli
    .command('list', 'List what is held, newest first')
    .option('-n, --limit <count>', 'at most this many', wholeNumber(1, limits.listLimitMax), 20)
    .option('--oldest', 'oldest first')
    .option('--pinned', 'only pinned ones')
    .option('--superseded', 'also those that were replaced')
    .option('--session <id>', 'only this session')
    .option('--since <time>', `said since then: ${timeWords}`)
    .option('--until <time>', 'said before then; of a day, month or year: until its end')
    .option('--after <id>', 'continue after this one')
  addScopeOptions(command).action(async (options: ListOptions) => {
    const since = await readTime('--since', options.since)
    const until = await readTime('--until', options.until, 'until')
    const wanted = {
      order: options.oldest ? 'oldest' : 'newest',
      ...(options.pinned && { pinned_only: true }),
      ...(options.superseded && { include_superseded: true }),
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
      ...(options.session !== undefined && { session_id: options.session }),
    }
    const result = await cli.withDaemon(options, async (daemon) => {
      const scope = await scopeParams(daemon, options, cli.io.cwd)
      return listed(daemon, { ...wanted, ...scope }, options)
    })
    cli.show(options, result, listLines(result))
  })
}

/** An answer ends early where texts are long: what was asked for is put together from as many as it takes. */
async function listed(daemon: Daemon, wanted: object, { limit, after }: ListOptions): Promise<List> {
  const memories: List['memories'] = []
  for (;;) {
    const from = memories.at(-1)?.id ?? after
    const page: List = await daemon.call<List>('memory_list', {
      ...wanted,
      limit: limit - memories.length,
      ...(from !== undefined && { after: from }),
    })
    memories.push(...page.memories)
    if (page.next === null || memories.length >= limit) return { ...page, memories }
  }
}

function listLines({ memories, next }: List): Line[] {
  if (memories.length === 0) return [['Nothing is held here. --all-projects lists every project.']]
  const more: Line[] = next === null ? [] : [[dim(`More: --after ${next}`)]]
  return [...memories.flatMap(viewLines), ...more]
}
