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

export function scopeParams(options: ScopeOptions, cwd: string): Record<string, unknown> {
  const all = options.allProjects ? { all_projects: true } : {}
  if (options.global) return { project: 'global', ...all }
  if (options.project !== undefined) return { project: options.project, ...all }
  return { cwd, ...all }
}
