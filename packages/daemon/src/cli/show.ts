// `iai-mcp show`: memories by id, whole.
import type { memoryGet } from '../operations/memory-get.ts'
import type { Daemon } from './client.ts'
import type { Cli, CommonOptions } from './command.ts'
import { NotFoundError } from './exit-codes.ts'
import { viewLines } from './memory-lines.ts'
import type { ResultOf } from './result-of.ts'

export type Found = ResultOf<typeof memoryGet>

export function addShow(cli: Cli): void {
  cli
    .command('show <id...>', 'Show memories by id, whole')
    .action(async (ids: string[], options: CommonOptions) => {
      const found = await cli.withDaemon(options, (daemon) => getMemories(daemon, ids))
      cli.show(options, found, found.memories.flatMap(viewLines))
      refuseMissing(found)
    })
}

/** All of them: of long texts, an answer holds the first few and says which ids remain. */
export async function getMemories(daemon: Daemon, ids: readonly string[]): Promise<Found> {
  const { remaining = [], ...found } = await daemon.call<Found>('memory_get', { ids })
  if (remaining.length === 0) return found
  const rest = await getMemories(daemon, remaining)
  return {
    memories: [...found.memories, ...rest.memories],
    missing: [...found.missing, ...rest.missing],
  }
}

export function refuseMissing({ missing }: Pick<Found, 'missing'>): void {
  if (missing.length > 0)
    throw new NotFoundError(`no memory with id ${missing.join(', ')}; "iai-mcp list" shows ids`)
}
