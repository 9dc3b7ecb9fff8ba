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

export function getMemories(daemon: Daemon, ids: readonly string[]): Promise<Found> {
  return daemon.call<Found>('memory_get', { ids })
}

export function refuseMissing({ missing }: Pick<Found, 'missing'>): void {
  if (missing.length > 0)
    throw new NotFoundError(`no memory with id ${missing.join(', ')}; "iai-mcp list" shows ids`)
}
