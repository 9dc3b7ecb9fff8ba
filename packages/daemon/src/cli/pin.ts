// `iai-mcp pin`: puts a memory in front of every session, or takes it back.
import { Option } from 'commander'
import type { memoryPin } from '../operations/memory-pin.ts'
import type { Cli, CommonOptions } from './command.ts'
import type { ResultOf } from './result-of.ts'
import { wholeId } from './whole-ids.ts'

interface PinOptions extends CommonOptions {
  readonly global?: boolean
  readonly remove?: boolean
}

const nowWhat = {
  project: 'Pinned: it leads every session of its project.',
  global: 'Pinned: it leads every session.',
  none: 'No longer pinned.',
} as const

export function addPin(cli: Cli): void {
  cli
    .command('pin <id>', 'Put a memory in front of every session of its project')
    .option('--global', 'of every project')
    .addOption(new Option('--remove', 'take the pin away').conflicts('global'))
    .action(async (id: string, options: PinOptions) => {
      const pin = options.remove ? 'none' : options.global ? 'global' : 'project'
      const result = await cli.withDaemon(options, async (daemon) =>
        daemon.call<ResultOf<typeof memoryPin>>('memory_pin', { id: await wholeId(daemon, id), pin }),
      )
      cli.show(options, result, [[nowWhat[result.pin]]])
    })
}
