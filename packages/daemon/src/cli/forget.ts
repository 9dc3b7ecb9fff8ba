// `iai-mcp forget`: erases memories, after showing them and asking.
import type { memoryForget } from '../operations/memory-forget.ts'
import type { Cli, CommonOptions } from './command.ts'
import { UsageError } from './exit-codes.ts'
import { minute } from './memory-lines.ts'
import { dim, type Line, oneLine, renderLines } from './output.ts'
import type { ResultOf } from './result-of.ts'
import { type Found, getMemories, refuseMissing } from './show.ts'

interface ForgetOptions extends CommonOptions {
  readonly yes?: boolean
}

const previewCharsMax = 100

export function addForget(cli: Cli): void {
  cli
    .command('forget <id...>', 'Erase memories for good')
    .option('-y, --yes', 'do not ask')
    .action(async (ids: string[], options: ForgetOptions) => {
      const result = await cli.withDaemon(options, async (daemon) => {
        const found = await getMemories(daemon, ids)
        refuseMissing(found)
        if (!options.yes && !(await agreed(cli, found))) return null
        return daemon.call<ResultOf<typeof memoryForget>>('memory_forget', { ids })
      })
      if (result === null) cli.show(options, { forgotten: [], unknown: [] }, [['Nothing was changed.']])
      else cli.show(options, result, [[`Forgotten: ${result.forgotten.length}.`]])
    })
}

async function agreed(cli: Cli, { memories }: Found): Promise<boolean> {
  const { io } = cli
  if (!io.interactive)
    throw new UsageError('forgetting cannot be undone: add --yes when nobody is there to be asked')
  const preview: Line[] = memories.map((memory) => [
    dim(minute(memory.said_at)),
    `  ${memory.role}  ${oneLine(memory.text, previewCharsMax)}`,
  ])
  io.stdout.write(renderLines(preview, io.styled))
  const answer = await io.ask('Erase for good? This cannot be undone. [y/N] ')
  return /^y(es)?$/i.test(answer.trim())
}
