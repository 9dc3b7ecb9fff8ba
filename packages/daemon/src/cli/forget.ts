// `iai-mcp forget`: erases memories, by id or by what they have in common, after showing them and asking.
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { memoryForget } from '../operations/memory-forget.ts'
import { type Daemon, isClientError } from './client.ts'
import type { Cli, CommonOptions } from './command.ts'
import { memoriesText } from './counted.ts'
import { messageInCommands } from './error-words.ts'
import { UsageError } from './exit-codes.ts'
import { minute } from './memory-lines.ts'
import { dim, type Line, oneLine, renderLines } from './output.ts'
import type { ResultOf } from './result-of.ts'
import { addScopeOptions, type ScopeOptions, scopeParams } from './scope.ts'
import { type Found, refuseMissing } from './show.ts'
import { readTime, timeWords } from './times.ts'
import { wholeIds } from './whole-ids.ts'

type Forgotten = ResultOf<typeof memoryForget>

interface ForgetOptions extends CommonOptions, ScopeOptions {
  readonly session?: string
  readonly since?: string
  readonly until?: string
  readonly containing?: string
  readonly yes?: boolean
  readonly dryRun?: boolean
}

const previewCharsMax = 100

export function addForget(cli: Cli): void {
  const command = cli
    .command('forget [id...]', 'Erase memories for good: by id, or all that the options describe together')
    .option('--session <id>', 'what was said in this session')
    .option('--since <time>', `said since then: ${timeWords}`)
    .option('--until <time>', 'said before then; of a day, month or year: until its end')
    .option('--containing <text>', 'what holds these words')
    .option('--dry-run', 'only show what would go')
    .option('-y, --yes', 'do not ask')
  addScopeOptions(command).action(async (ids: string[], options: ForgetOptions) => {
    if (options.containing !== undefined && options.containing.trim().length < limits.forgetTextCharsMin)
      throw new UsageError(
        `--containing takes at least ${limits.forgetTextCharsMin} characters of what is to be forgotten`,
      )
    if (ids.length > 0 && hasCondition(options))
      throw new UsageError('give ids, or options that describe what to forget, not both')
    if (ids.length === 0 && !hasCondition(options))
      throw new UsageError('say what to forget: ids, or --session, --project, --since, --until, --containing')
    await cli.withDaemon(options, async (daemon) => {
      const params =
        ids.length > 0
          ? { ids: await wholeIds(daemon, ids) }
          : { where: await whereOf(daemon, options, cli.io.cwd) }
      await forget(cli, daemon, params, options)
    })
  })
}

async function forget(cli: Cli, daemon: Daemon, params: object, options: ForgetOptions): Promise<void> {
  const doomed = 'ids' in params ? await byId(daemon, params.ids as string[]) : await matching(daemon, params)
  const lines = previewLines(doomed)
  if (options.dryRun) return cli.show(options, doomed.result, [...lines, [countOf(doomed)]])
  if (doomed.count === 0) return cli.show(options, doomed.result, [['Nothing matches; nothing was changed.']])
  if (!options.yes && !(await agreed(cli, doomed, lines)))
    return cli.show(options, { forgotten: [], unknown: [] }, [['Nothing was changed.']])
  let count = 0
  for (;;) {
    const result = await forgetSome(daemon, params, count)
    count += result.count ?? result.forgotten.length
    if (result.complete !== false) return cli.show(options, { ...result, count }, [[`Forgotten: ${count}.`]])
  }
}

async function forgetSome(daemon: Daemon, params: object, before: number): Promise<Forgotten> {
  try {
    return await daemon.call<Forgotten>('memory_forget', params, {
      timeoutMs: limits.operationMsMax + limits.drainMsMax,
    })
  } catch (error) {
    if (!isClientError(error) || error.kind === 'daemon') throw error
    const gone = before === 0 ? '' : `${memoriesText(before)} and `
    throw new AppError(
      'unavailable',
      `${messageInCommands(error)}. ${gone}perhaps more are forgotten: what went is gone whole, the rest is there; see what with --dry-run, then run it again`,
      { cause: error },
    )
  }
}

/** What would go. */
interface Doomed {
  readonly memories: Found['memories']
  readonly count: number
  /** There may be more than were counted. */
  readonly atLeast: boolean
  readonly unknown: readonly string[]
  readonly result: unknown
}

async function byId(daemon: Daemon, ids: readonly string[]): Promise<Doomed> {
  const doomed = await matching(daemon, { ids })
  refuseMissing({ missing: [...doomed.unknown] })
  return doomed
}

async function matching(daemon: Daemon, params: object): Promise<Doomed> {
  const result = await daemon.call<Forgotten>('memory_forget', { ...params, dry_run: true })
  return {
    memories: result.matches ?? [],
    count: result.count ?? 0,
    atLeast: result.complete === false,
    unknown: result.unknown,
    result,
  }
}

function hasCondition({
  session,
  since,
  until,
  containing,
  project,
  global,
  allProjects,
}: ForgetOptions): boolean {
  return [session, since, until, containing, project, global, allProjects].some((each) => each !== undefined)
}

/** A session is meant wherever it took place; all else in the project of the working directory unless told otherwise. */
async function whereOf(daemon: Daemon, options: ForgetOptions, cwd: string): Promise<object> {
  const { session, since, until, containing, project, global, allProjects } = options
  const from = await readTime('--since', since)
  const to = await readTime('--until', until, 'until')
  const isPlaced = session === undefined || project !== undefined || global === true
  return {
    ...(isPlaced && allProjects !== true && (await scopeParams(daemon, options, cwd))),
    ...(allProjects === true && { all_projects: true }),
    ...(session !== undefined && { session_id: session }),
    ...(from !== undefined && { since: from }),
    ...(to !== undefined && { until: to }),
    ...(containing !== undefined && { containing }),
  }
}

function countOf({ count, atLeast }: Doomed): string {
  return `${atLeast ? 'At least ' : ''}${memoriesText(count)} would go.`
}

function previewLines(doomed: Doomed): Line[] {
  const more = doomed.count - doomed.memories.length
  return [
    ...doomed.memories.map((memory) => [
      dim(minute(memory.said_at)),
      `  ${memory.role}  ${oneLine(memory.text, previewCharsMax)}`,
    ]),
    ...(more > 0 ? [[dim(`… and ${more} more`)]] : []),
  ]
}

async function agreed({ io }: Cli, doomed: Doomed, lines: readonly Line[]): Promise<boolean> {
  if (!io.interactive)
    throw new UsageError('forgetting cannot be undone: add --yes when nobody is there to be asked')
  io.stdout.write(renderLines(lines, io.styled))
  const what = doomed.count === 1 ? '' : ` ${doomed.atLeast ? 'at least ' : ''}${memoriesText(doomed.count)}`
  const answer = await io.ask(`Erase${what} for good? This cannot be undone. [y/N] `)
  return /^y(es)?$/i.test(answer.trim())
}
