// `iai-mcp forget`: erases memories, by id or by what they have in common, after showing them and asking.
import type { memoryForget } from '../operations/memory-forget.ts'
import type { Daemon } from './client.ts'
import type { Cli, CommonOptions } from './command.ts'
import { memoriesText } from './counted.ts'
import { UsageError } from './exit-codes.ts'
import { minute } from './memory-lines.ts'
import { dim, type Line, oneLine, renderLines } from './output.ts'
import type { ResultOf } from './result-of.ts'
import { addScopeOptions, type ScopeOptions, scopeParams } from './scope.ts'
import { type Found, refuseMissing } from './show.ts'

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
    .option('--since <time>', 'said at or after this time')
    .option('--until <time>', 'said before this time')
    .option('--containing <text>', 'what holds these words')
    .option('--dry-run', 'only show what would go')
    .option('-y, --yes', 'do not ask')
  addScopeOptions(command).action(async (ids: string[], options: ForgetOptions) => {
    if (ids.length > 0 && hasCondition(options))
      throw new UsageError('give ids, or options that describe what to forget, not both')
    if (ids.length === 0 && !hasCondition(options))
      throw new UsageError('say what to forget: ids, or --session, --project, --since, --until, --containing')
    await cli.withDaemon(options, async (daemon) => {
      const params = ids.length > 0 ? { ids } : { where: await whereOf(daemon, options, cli.io.cwd) }
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
  let result = await daemon.call<Forgotten>('memory_forget', params)
  let count = result.count ?? result.forgotten.length
  while (result.complete === false) {
    result = await daemon.call<Forgotten>('memory_forget', params)
    count += result.count ?? 0
  }
  cli.show(options, { ...result, count }, [[`Forgotten: ${count}.`]])
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
  const isPlaced = session === undefined || project !== undefined || global === true
  return {
    ...(isPlaced && allProjects !== true && (await scopeParams(daemon, options, cwd))),
    ...(allProjects === true && { all_projects: true }),
    ...(session !== undefined && { session_id: session }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
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
