// `iai-mcp capture`: keeps one text.
import type { memoryCapture } from '../operations/memory-capture.ts'
import type { Cli, CommonOptions } from './command.ts'
import { UsageError } from './exit-codes.ts'
import { dim } from './output.ts'
import type { ResultOf } from './result-of.ts'
import { addProjectOptions, type ScopeOptions, scopeParams } from './scope.ts'

interface CaptureOptions extends CommonOptions, ScopeOptions {
  readonly role?: string
  readonly session?: string
}

const saidWhat: Readonly<Record<string, string>> = {
  inserted: 'Kept.',
  reinforced: 'Already known; noted that it was said again.',
  skipped: 'Not kept.',
}

export function addCapture(cli: Cli): void {
  const command = cli
    .command('capture [text]', 'Keep a text, verbatim (from standard input when it is left out or "-")')
    .option('--role <role>', 'user, assistant, tool or note (default: note, kept as a fact)')
    .option('--session <id>', 'the session it belongs to')
  addProjectOptions(command).action(async (given: string | undefined, options: CaptureOptions) => {
    const text = await textFrom(cli, given)
    const result = await cli.withDaemon(options, (daemon) =>
      daemon.call<ResultOf<typeof memoryCapture>>('memory_capture', {
        text,
        client: 'cli',
        ...(options.role !== undefined && { role: options.role }),
        ...(options.session !== undefined && { session_id: options.session }),
        ...scopeParams(options, cli.io.cwd),
      }),
    )
    const reason = result.status === 'skipped' ? ` ${result.reason}` : ''
    cli.show(options, result, [[saidWhat[result.status] ?? result.status, reason], [dim(result.record_id)]])
  })
}

/** The argument, or standard input without the line break that ends it. */
export async function textFrom(cli: Cli, given: string | undefined): Promise<string> {
  if (given === undefined && cli.io.interactive)
    throw new UsageError('nothing to keep: give a text, or pipe one in')
  const text = given === undefined || given === '-' ? await cli.io.readStdin() : given
  const whole = text.endsWith('\n') && given !== text ? text.slice(0, -1) : text
  if (whole.trim() === '') throw new UsageError('the text is empty')
  return whole
}
