// `iai-mcp project`: which projects there are, why a folder belongs to one, and how to say that two are the same.
import { resolve } from 'node:path'
import type { projectGet } from '../operations/project-get.ts'
import type { projectList } from '../operations/project-list.ts'
import type { projectMerge } from '../operations/project-merge.ts'
import type { projectWhy } from '../operations/project-why.ts'
import type { sessionList } from '../operations/session-list.ts'
import type { Daemon } from './client.ts'
import type { Cli, CommonOptions } from './command.ts'
import { counted } from './counted.ts'
import { UsageError } from './exit-codes.ts'
import { minute } from './memory-lines.ts'
import { bold, dim, type Line, nameText, oneLine } from './output.ts'
import type { ResultOf } from './result-of.ts'

type Project = ResultOf<typeof projectGet>

interface ProjectOptions extends CommonOptions {
  readonly yes?: boolean
}

interface Asked {
  readonly cli: Cli
  readonly options: ProjectOptions
  readonly names: readonly string[]
}

type Action = (daemon: Daemon, asked: Asked) => Promise<void>

interface ActionUsage {
  readonly run: Action
  /** What stands behind the action, and how many of those must. */
  readonly takes: string
  readonly namesMin: number
  readonly namesMax: number
}

const actions: Readonly<Record<string, ActionUsage>> = {
  list: { run: list, takes: '', namesMin: 0, namesMax: 0 },
  show: { run: show, takes: 'PROJECT', namesMin: 1, namesMax: 1 },
  merge: { run: merge, takes: 'FROM INTO', namesMin: 2, namesMax: 2 },
  rename: { run: rename, takes: 'PROJECT NAME', namesMin: 2, namesMax: 2 },
  why: { run: why, takes: '[PATH]', namesMin: 0, namesMax: 1 },
}

const sessionsShown = 5
const titleCharsMax = 70

const help = `
  list                  every project in which something is held, the latest first
  show PROJECT          one project, and its latest sessions
  merge FROM INTO       two projects are one: everything of the first becomes part of the second, for good
  rename PROJECT NAME   call a project something else
  why [PATH]            which project a folder belongs to, and why; default: this one

A project is named by its key, or by its name if only one is called so.`

export function addProject(cli: Cli): void {
  cli
    .command('project <action> [name...]', `Projects: ${Object.keys(actions).join(', ')}`)
    .option('-y, --yes', 'merge without asking')
    .addHelpText('after', help)
    .action(async (action: string, names: string[], options: ProjectOptions) => {
      const usage = Object.hasOwn(actions, action) ? actions[action] : undefined
      if (usage === undefined)
        throw new UsageError(`project knows ${Object.keys(actions).join(', ')}, not "${action}"`)
      if (names.length < usage.namesMin || names.length > usage.namesMax)
        throw new UsageError(`it is used as: iai-mcp project ${action} ${usage.takes}`.trimEnd())
      await cli.withDaemon(options, (daemon) => usage.run(daemon, { cli, options, names }))
    })
}

async function list(daemon: Daemon, { cli, options }: Asked): Promise<void> {
  const result = await daemon.call<ResultOf<typeof projectList>>('project_list', {})
  const nothing: Line[] = [['No project is known yet: one is as soon as something is captured in it.']]
  cli.show(options, result, result.projects.length === 0 ? nothing : result.projects.flatMap(projectLines))
}

async function show(daemon: Daemon, { cli, options, names: [project = ''] }: Asked): Promise<void> {
  const found = await daemon.call<Project>('project_get', { project })
  const { sessions } = await daemon.call<ResultOf<typeof sessionList>>('session_list', {
    project: found.key,
    limit: sessionsShown,
  })
  cli.show(options, { ...found, latest_sessions: sessions }, [
    ...projectLines(found),
    ...(found.reason === '' ? [] : [[`  because ${nameText(found.reason)}`]]),
    ...found.merged.map((key): Line => [`  with what was ${nameText(key)}`]),
    ...sessions.map(
      ({ last_at, client, title }): Line => [
        dim(`  ${minute(last_at)}  ${nameText(client)}  `),
        oneLine(title, titleCharsMax),
      ],
    ),
  ])
}

async function merge(daemon: Daemon, { cli, options, names }: Asked): Promise<void> {
  const [from, into] = await Promise.all(
    names.map((project) => daemon.call<Project>('project_get', { project })),
  )
  if (from === undefined || into === undefined) throw new UsageError('name two projects')
  if (!options.yes && !(await agreed(cli, from, into)))
    return cli.show(options, { merged: false }, [['Nothing was changed.']])
  const result = await daemon.call<ResultOf<typeof projectMerge>>('project_merge', {
    from: from.key,
    into: into.key,
  })
  cli.show(options, result, [
    [`Merged: ${nameText(from.key)} is part of ${nameText(into.key)}.`],
    ...projectLines(result.into),
  ])
}

function agreed({ io }: Cli, from: Project, into: Project): Promise<boolean> {
  if (!io.interactive) throw new UsageError('merging cannot be undone; add --yes where nobody can be asked')
  return io.confirm(
    `Put ${amountOf(from)} of ${nameText(from.key)} into ${nameText(into.key)}? This cannot be undone.`,
  )
}

async function rename(daemon: Daemon, { cli, options, names: [project, name] }: Asked): Promise<void> {
  const renamed = await daemon.call<Project>('project_rename', { project, name })
  cli.show(options, renamed, [[`${nameText(renamed.key)} is called ${nameText(renamed.name)} now.`]])
}

const differences = {
  merged: 'It was merged into another project:',
  moved: 'This folder was known before, as:',
  guessed: 'Until that can be found out it is what this folder was last known as:',
} as const

async function why(daemon: Daemon, { cli, options, names: [path = '.'] }: Asked): Promise<void> {
  const cwd = resolve(cli.io.cwd, path)
  const { found, project, differs, ...rest } = await daemon.call<ResultOf<typeof projectWhy>>('project_why', {
    cwd,
  })
  cli.show(options, { ...rest, found, project, differs }, [
    [bold(nameText(found.key))],
    [`  because ${nameText(found.reason)}`],
    ...(differs === null ? [] : [[differences[differs]]]),
    ...(project === null ? [['Nothing is held in it yet.']] : projectLines(project)),
  ])
}

function projectLines(project: Project): Line[] {
  const { key, name, last_at } = project
  const last = last_at === null ? '' : `, last ${minute(last_at)}`
  return [[bold(nameText(name)), dim(`  ${nameText(key)}`)], [`  ${amountOf(project)}${last}`]]
}

function amountOf({ sessions, turns, facts }: Project): string {
  return [counted(sessions, 'session'), counted(turns, 'turn'), counted(facts, 'fact')].join(', ')
}
