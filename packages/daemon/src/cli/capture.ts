// `iai-mcp capture`: keeps one text.
import { systemClock } from '../kit/clock.ts'
import { AppError } from '../kit/errors.ts'
import { type Role, roles } from '../model/memory.ts'
import { noSession } from '../model/session.ts'
import type { memoryCapture } from '../operations/memory-capture.ts'
import { captureThroughSpool, type Daemon, isClientError, type SpooledCapture } from './client.ts'
import type { Cli, CommonOptions } from './command.ts'
import { UsageError } from './exit-codes.ts'
import { dim, type Line } from './output.ts'
import type { ResultOf } from './result-of.ts'
import { addProjectOptions, type ScopeOptions, type ScopeParams, scopeParams } from './scope.ts'

interface CaptureOptions extends CommonOptions, ScopeOptions {
  readonly role?: string
  readonly session?: string
}

type Captured = ResultOf<typeof memoryCapture>

const cliClient = 'cli'

const saidWhat: Readonly<Record<Captured['status'], string>> = {
  inserted: 'Kept.',
  reinforced: 'Already known; noted that it was said again.',
  skipped: 'Not kept:',
}

export function addCapture(cli: Cli): void {
  const command = cli
    .command('capture [text...]', 'Keep a text, verbatim (from standard input when it is left out or "-")')
    .option('--role <role>', 'user, assistant, tool or note (default: note, kept as a fact)')
    .option('--session <id>', 'the session it belongs to')
  addProjectOptions(command).action(async (words: string[], options: CaptureOptions) => {
    const text = await textFrom(cli, words.length === 0 ? undefined : words.join(' '))
    await cli.withDaemon(options, async (daemon) => {
      const scope = await scopeParams(daemon, options, cli.io.cwd)
      const result = await captured(daemon, text, options, scope)
      if (result === 'too large') await captureLarge(cli, daemon, text, options, scope)
      else cli.show(options, result, capturedLines(result))
    })
  })
}

async function captured(
  daemon: Daemon,
  text: string,
  { role, session }: CaptureOptions,
  scope: ScopeParams,
): Promise<Captured | 'too large'> {
  try {
    return await daemon.call<Captured>('memory_capture', {
      text,
      client: cliClient,
      ...(role !== undefined && { role }),
      ...(session !== undefined && { session_id: session }),
      ...scope,
    })
  } catch (error) {
    if (isClientError(error) && error.code === 'too_large') return 'too large'
    throw error
  }
}

function capturedLines({ status, record_id, reason }: Captured): Line[] {
  if (status === 'skipped') return [[saidWhat.skipped, ` ${reason}.`]]
  return [[saidWhat[status]], [dim(record_id)]]
}

const saidOfLarge: Readonly<Record<SpooledCapture, string>> = {
  stored: 'Kept. It was too large for one message and went through the spool.',
  waiting: 'Too large for one message: it waits in the spool and will be taken in within a minute.',
  withheld: 'Not kept: all of it is private.',
  refused: 'The daemon could not take it in; it is kept in the spool. iai-mcp doctor says where.',
}

async function captureLarge(
  cli: Cli,
  daemon: Daemon,
  text: string,
  options: CaptureOptions,
  scope: ScopeParams,
): Promise<void> {
  const { role = 'note', session = noSession } = options
  if (!isRole(role)) throw new UsageError(`--role must be one of ${roles.join(', ')}`)
  const { data_dir: dataDir } = await daemon.control('status')
  if (typeof dataDir !== 'string')
    throw new AppError('unavailable', 'what answers on the socket does not say where its spool is')
  const turn = { text, role, said_at: systemClock() }
  const batch = { client: cliClient, session_id: session, ...scope, turns: [turn] }
  const became = await captureThroughSpool(daemon, dataDir, batch)
  const reason = saidOfLarge[became]
  cli.show(options, { status: became, record_id: null, reason }, [[reason]])
  if (became === 'refused') cli.fail()
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
