// What set-up tells a person about a plan: every line that would change, per host and file, and at the end all files once
// more, because a long plan has scrolled away when the question comes. Pure.
import { bold, dim, type Line } from '../output.ts'
import { diffLines } from './diff-lines.ts'
import type { HostIntegration } from './host.ts'
import type { FilePlan, Undone, UndoStep } from './plan.ts'
import type { Presence } from './presence.ts'
import type { ShowPath } from './show-path.ts'

export interface HostPlan {
  readonly host: Pick<HostIntegration, 'title'>
  readonly files: readonly FilePlan[]
  /** Why its configuration is left alone. */
  readonly problem: string | null
  readonly note: string | null
}

/** Which agents were looked for, and why each is taken to be here or not. */
export function presenceLines(looked: readonly Presence[]): Line[] {
  return [
    ...looked.map(
      ({ host, isHere, why }): Line => [
        isHere ? { text: 'found      ', style: 'green' } : dim('not found  '),
        `${host.title.padEnd(13)}${why}`,
      ],
    ),
    [''],
  ]
}

/** `own`: what changes in our own configuration. */
export function planLines(plans: readonly HostPlan[], own: readonly FilePlan[], show: ShowPath): Line[] {
  const none: Line[] =
    plans.length === 0
      ? [['No agent was found on this machine; with --host you can name one all the same.']]
      : []
  const iai: HostPlan[] =
    own.length === 0 ? [] : [{ host: { title: 'iai-mcp' }, files: own, problem: null, note: null }]
  const all = [...iai, ...plans]
  return [...none, ...all.flatMap((plan) => hostLines(plan, show)), ...overview(all, show)]
}

function hostLines({ host, files, problem, note }: HostPlan, show: ShowPath): Line[] {
  if (problem !== null) return [[bold(host.title)], [{ text: `  ${problem}`, style: 'red' }], ['']]
  const noted: Line[] = note === null ? [] : [[`  ${note}`]]
  const state: Line[] =
    files.length === 0 ? [[dim('  is set up already')]] : files.flatMap((file) => fileLines(file, show))
  return [[bold(host.title)], ...noted, ...state, ['']]
}

function fileLines({ path, what, found, text }: FilePlan, show: ShowPath): Line[] {
  return [
    [`  ${show(path)}`, dim(found.bytes === null ? ' (new)' : '')],
    ...what.map((each): Line => [dim(`    ${each}`)]),
    ...diffLines(found.text, text).map(
      (line): Line => [line.startsWith('+') ? { text: `    ${line}`, style: 'green' } : `    ${line}`],
    ),
  ]
}

function overview(plans: readonly HostPlan[], show: ShowPath): Line[] {
  const files = plans.flatMap((plan) => plan.files)
  if (files.length === 0) return []
  const listed = files.map(
    ({ path, found }): Line => [`  ${show(path)}`, dim(found.bytes === null ? ' (new)' : '')],
  )
  const heading = files.length === 1 ? 'One file would change:' : `${files.length} files would change:`
  return [[bold(heading)], ...listed, ['iai-mcp setup --undo puts every one of them back as it is now.']]
}

const undoWords: Readonly<Record<Undone['outcome'], string>> = {
  restored: 'as it was, byte for byte',
  removed: 'removed; it was not there before',
  edited: 'was changed by others since: only our part was taken out',
  gone: 'is not there any more',
  left: 'left as it is',
}

const wouldWords: Readonly<Record<Undone['outcome'], string>> = {
  restored: 'would be as it was, byte for byte',
  removed: 'would be removed; it was not there before',
  edited: 'was changed by others since: only our part would be taken out',
  gone: 'is not there any more',
  left: 'would be left as it is',
}

export interface UndoView {
  readonly dataDir: string
  readonly show: ShowPath
  readonly isDryRun: boolean
}

/** With the lines that would change, where the steps hold them. */
export function undoLines(undone: readonly (Undone | UndoStep)[], view: UndoView): Line[] {
  const { dataDir, show, isDryRun } = view
  if (undone.length === 0) return [['There is nothing to undo.']]
  const words = isDryRun ? wouldWords : undoWords
  const end = isDryRun
    ? 'Nothing was changed.'
    : `What is remembered stays in ${show(dataDir)}. A running daemon goes on; iai-mcp stop ends it.`
  return [
    ...undone.flatMap((step): Line[] => [
      [
        show(step.path),
        dim(`  ${words[step.outcome]}${step.reason === undefined ? '' : `: ${step.reason}`}`),
      ],
      ...('current' in step ? diffLines(step.current, step.former).map((line): Line => [`    ${line}`]) : []),
    ]),
    [end],
  ]
}
