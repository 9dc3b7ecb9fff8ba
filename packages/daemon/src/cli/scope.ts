// Which project a command is about: that of the working directory, unless it is told otherwise.
import type { Command } from 'commander'

export interface ScopeOptions {
  readonly project?: string
  readonly global?: boolean
  readonly allProjects?: boolean
}

/** For commands that write: one project. */
export function addProjectOptions(command: Command): Command {
  return command
    .option('--project <key>', 'a project by its key, instead of the one of the working directory')
    .option('--global', 'what belongs to no project')
}

/** For commands that read: also all projects. */
export function addScopeOptions(command: Command): Command {
  return addProjectOptions(command).option('--all-projects', 'every project')
}

export interface ScopeParams {
  readonly cwd?: string
  readonly project?: string
  readonly all_projects?: true
}

export function scopeParams(options: ScopeOptions, cwd: string): ScopeParams {
  const all = options.allProjects ? ({ all_projects: true } as const) : {}
  if (options.global) return { project: 'global', ...all }
  if (options.project !== undefined) return { project: options.project, ...all }
  return { cwd, ...all }
}
