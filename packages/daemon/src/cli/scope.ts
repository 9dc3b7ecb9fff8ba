// Which project a command is about: that of the working directory, unless it is told otherwise.
import { type Command, Option } from 'commander'
import { globalProject } from '../model/project.ts'
import type { Daemon } from './client.ts'
import { namedProject } from './named-project.ts'

export interface ScopeOptions {
  readonly project?: string
  readonly global?: boolean
  readonly allProjects?: boolean
}

/** For commands that write: one project. Two of these together are refused: one of them would go unheard. */
export function addProjectOptions(command: Command): Command {
  return command
    .option('--project <project>', 'a project by its key or name, instead of that of the working directory')
    .addOption(new Option('--global', 'what belongs to no project').conflicts('project'))
}

/** For commands that read: also all projects. */
export function addScopeOptions(command: Command): Command {
  return addProjectOptions(command).addOption(
    new Option('--all-projects', 'every project').conflicts(['project', 'global']),
  )
}

export interface ScopeParams {
  readonly cwd?: string
  readonly project?: string
  readonly all_projects?: true
}

/** The daemon is asked for the key of a project that was named: a mistyped one would be empty, or a new one. */
export async function scopeParams(
  daemon: Daemon,
  { project, ...options }: ScopeOptions,
  cwd: string,
): Promise<ScopeParams> {
  const all = options.allProjects ? ({ all_projects: true } as const) : {}
  if (options.global || project === globalProject) return { project: globalProject, ...all }
  if (project === undefined) return { cwd, ...all }
  const { key } = await namedProject(daemon, project)
  return { project: key, ...all }
}
