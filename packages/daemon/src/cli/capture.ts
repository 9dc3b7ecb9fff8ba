// `iai-mcp capture`: keeps one text.
import { systemClock } from '../kit/clock.ts'
import { AppError } from '../kit/errors.ts'
import { type Role, roles } from '../model/memory.ts'
import { noSession } from '../model/session.ts'
import type { memoryCapture } from '../operations/memory-capture.ts'
import { captureThroughSpool, type Daemon, isClientError, type SpooledCapture } from './client.ts'
import type { Cli, CommonOptions } from './command.ts'
import { UsageError } from './exit-codes.ts'
import { dim } from './output.ts'
import type { ResultOf } from './result-of.ts'
import { addProjectOptions, type ScopeOptions, type ScopeParams, scopeParams } from './scope.ts'

interface CaptureOptions extends CommonOptions, ScopeOptions {
  readonly role?: string
  readonly session?: string
}

const saidWhat: Readonly<Record<string, string>> = {
  inserted: 'Kept.',
  reinforced: 'Already known; noted that it was said again.',
  skipped: 'Not kept:',
}

export function addCapture(cli: Cli): void {
  const command = cli
    .command('capture [text]', 'Keep a text, verbatim (from standard input when it is left out or "-")')
    .option('--role <role>', 'user, assistant, tool or note (default: note, kept as a fact)')
    .option('--session <id>', 'the session it belongs to')
  addProjectOptions(command).action(async (given: string | undefined, options: CaptureOptions) => {
    const text = await textFrom(cli, given)
    const params = {
      text,
      client: 'cli',
      ...(options.role !== undefined && { role: options.role }),
      ...(options.session !== undefined && { session_id: options.session }),
    }
    await cli.withDaemon(options, async (daemon) => {
      const scope = await scopeParams(daemon, options, cli.io.cwd)
      try {
        const result = await daemon.call<ResultOf<typeof memoryCapture>>('memory_capture', {
          ...params,
          ...scope,
        })
        const reason = result.status === 'skipped' ? ` ${result.reason}.` : ''
        const said = saidWhat[result.status] ?? result.status
        const id = result.status === 'skipped' ? [] : [[dim(result.record_id)]]
        cli.show(options, result, [[said, reason], ...id])
      } catch (error) {
        if (!isClientError(error) || error.code !== 'too_large') throw error
        const became = await captureLarge(daemon, text, options, scope)
        cli.show(options, { status: became, record_id: null, reason: saidOfLarge[became] }, [
          [saidOfLarge[became]],
        ])
        if (became === 'refused') cli.fail()
      }
    })
  })
}

const saidOfLarge: Readonly<Record<SpooledCapture, string>> = {
  stored: 'Kept. It was too large for one message and went through the spool.',
  waiting: 'Too large for one message: it waits in the spool and will be taken in within a minute.',
  withheld: 'Not kept: all of it is private.',
  refused: 'The daemon could not take it in; it is kept in the spool. iai-mcp doctor says where.',
}

async function captureLarge(
  daemon: Daemon,
  text: string,
  { role = 'note', session = noSession }: CaptureOptions,
  scope: ScopeParams,
): Promise<SpooledCapture> {
  if (!isRole(role)) throw new UsageError(`--role must be one of ${roles.join(', ')}`)
  const { data_dir: dataDir } = await daemon.control('status')
  if (typeof dataDir !== 'string')
    throw new AppError('unavailable', 'what answers on the socket does not say where its spool is')
  const turn = { text, role, said_at: systemClock() }
  return captureThroughSpool(daemon, dataDir, { client: 'cli', session_id: session, ...scope, turns: [turn] })
}

function isRole(role: string): role is Role {
  return (roles as readonly string[]).includes(role)
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
