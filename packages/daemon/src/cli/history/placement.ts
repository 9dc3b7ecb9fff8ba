// To which projects the turns of an import go: by the folder that each names, and by --project or --cwd for those that name
// none. Told afterwards, because a turn in the wrong project is found in the wrong sessions.
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { FolderTurns } from '../../history/import.ts'
import { globalProject } from '../../model/project.ts'
import type { projectWhy } from '../../operations/project-why.ts'
import type { Daemon } from '../client.ts'
import { counted } from '../counted.ts'
import { dim, type Line, nameText } from '../output.ts'
import type { ResultOf } from '../result-of.ts'
import { type ScopeParams, scopeParams } from '../scope.ts'

export interface PlacementOptions {
  readonly project?: string
  readonly cwd?: string
}

export interface PlacedTurns {
  readonly project: string
  readonly name: string
  readonly turns: number
}

export function addPlacementOptions(command: Command): Command {
  return command
    .option('--project <project>', 'where what names no folder belongs: a project by its key or name')
    .addOption(
      new Option('--cwd <folder>', 'where what names no folder belongs: the project of this one').conflicts(
        'project',
      ),
    )
}

/** Of turns that name no folder; null when the user says nothing of them. */
export async function placementOf(
  daemon: Daemon,
  { project, cwd }: PlacementOptions,
  workingDirectory: string,
): Promise<ScopeParams | null> {
  if (cwd !== undefined) return { cwd: resolve(workingDirectory, cwd) }
  return project === undefined ? null : scopeParams(daemon, { project }, workingDirectory)
}

/** By project, most first. */
export async function placedTurns(
  daemon: Daemon,
  folders: readonly FolderTurns[],
  placement: ScopeParams | null,
): Promise<readonly PlacedTurns[]> {
  const placed = new Map<string, PlacedTurns>()
  for (const { cwd, turns } of folders) {
    const { key, name } = await projectOf(daemon, cwd === null ? placement : { cwd })
    const before = placed.get(key)?.turns ?? 0
    placed.set(key, { project: key, name, turns: before + turns })
  }
  return [...placed.values()].toSorted((a, b) => b.turns - a.turns)
}

async function projectOf(
  daemon: Daemon,
  scope: ScopeParams | null,
): Promise<{ readonly key: string; readonly name: string }> {
  const project = scope?.project ?? (scope?.cwd === undefined ? globalProject : null)
  if (project !== null) return { key: project, name: project }
  const { found, project: known } = await daemon.call<ResultOf<typeof projectWhy>>('project_why', {
    cwd: scope?.cwd,
  })
  return known ?? found
}

const projectsShown = 12

export function placedLines(placed: readonly PlacedTurns[]): Line[] {
  const more = placed.length - projectsShown
  return [
    ...placed
      .slice(0, projectsShown)
      .map(
        ({ name, project, turns }): Line => [
          dim(`  ${counted(turns, 'new turn')} in `),
          nameText(name),
          ...(name === project ? [] : [dim(`  ${nameText(project)}`)]),
        ],
      ),
    ...(more > 0 ? [[dim(`  … and ${counted(more, 'more project')}`)]] : []),
  ]
}

/** What names no folder is in sight of every project: said, since nobody may have meant it. */
export function unplacedLines(turns: number): Line[] {
  if (turns === 0) return []
  const text =
    `${counted(turns, 'turn')} without a folder ("cwd"; a "project" in a line is not read): global, seen in every ` +
    'project. To place such turns in one: --cwd FOLDER or --project PROJECT, before they are taken in.'
  return [[{ text, style: 'yellow' }]]
}
