// `iai-mcp import FILE` of an export that iai-mcp itself made: rows come back as they were. Projects that are one there and
// two here are only merged when the user says so, because that cannot be undone.
import { existsSync, statSync } from 'node:fs'
import { isAppError } from '../../kit/errors.ts'
import { storeFilePath } from '../../lifecycle/store-file.ts'
import type { KnownProject } from '../../model/project.ts'
import type { projectList } from '../../operations/project-list.ts'
import { daemonStatus } from '../client.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { counted, memoriesText } from '../counted.ts'
import { UsageError } from '../exit-codes.ts'
import { givenFile } from '../given-file.ts'
import { type Line, nameText, renderLines } from '../output.ts'
import type { ResultOf } from '../result-of.ts'
import { loadMaintenance, withHeldDataDir } from './held.ts'

export interface ImportExportOptions extends CommonOptions {
  readonly dryRun?: boolean
  readonly yes?: boolean
  /** False for --no-merge. */
  readonly merge?: boolean
}

/**
 * The file that the only word of the command line names; null when it is a source by name, or there are others. Raises
 * UsageError for a path that is no readable file.
 */
export function exportFileOf(words: readonly string[], cwd: string): string | null {
  const [word] = words
  if (word === undefined || words.length > 1 || !/[./\\]/.test(word)) return null
  const path = givenFile(word, cwd)
  if (!statSync(path).isFile()) throw new UsageError(`${path} is no file; name an export of iai-mcp`)
  return path
}

/** `otherKind`: the source that the file is of, when it is none of ours. */
export async function importExport(
  cli: Cli,
  options: ImportExportOptions,
  file: string,
  otherKind: (file: string) => Promise<string | null>,
): Promise<void> {
  // Before the daemon is stopped: it goes on when there is nothing to take in, or nobody agrees.
  const { checkArchive } = await loadMaintenance()
  const checked = await orOfOtherKind(() => checkArchive(file), file, otherKind)
  const merges =
    checked.merges.length === 0 ? [] : mergesHere(checked.merges, await projectsHere(cli, options))
  const lines = merges.map(mergeLine)
  if (options.dryRun === true) return showDryRun(cli, options, merges, lines)
  const isAgreed = merges.length === 0 || (await agreed(cli, options, lines))
  const apart = new Set(isAgreed ? [] : merges.map(({ from }) => from))
  await withHeldDataDir(
    cli,
    options,
    async ({ held, maintenance, afterwards }) => {
      const taken = maintenance.importArchive(held, checked, { apart })
      const merged = isAgreed ? merges.length : 0
      cli.show(options, { ...taken, merged }, [
        [`${memoriesText(taken.added)} taken in, ${taken.known} were there already.`],
        ...some(taken.differing, 'differ from what is held here under the same id; what is here stays.'),
        ...some(taken.refused, 'had been forgotten here, and stay out.'),
        ...some(
          taken.forgotten,
          'hashes of texts forgotten elsewhere came along: those texts stay out from now on.',
        ),
        ...(merged === 0 ? [] : [[`${counted(merged, 'project')} merged into another.`]]),
        ...afterwards,
      ])
    },
    'from nothing',
  )
}

type Project = Pick<KnownProject, 'key' | 'merged' | 'sessions' | 'turns' | 'facts'>

interface Merge {
  readonly from: string
  readonly into: string
  /** Held here in `from`. */
  readonly turns: number
  readonly facts: number
}

/** Those that would move something that is held here. */
function mergesHere(
  archived: readonly Pick<Merge, 'from' | 'into'>[],
  projects: readonly Project[],
): readonly Merge[] {
  return archived.flatMap(({ from, into }) => {
    const here = projects.find(({ key }) => key === from)
    if (here === undefined || here.sessions + here.turns + here.facts === 0) return []
    return here.merged.includes(into) ? [] : [{ from, into, turns: here.turns, facts: here.facts }]
  })
}

/** From the daemon when one runs: it goes on meanwhile. */
async function projectsHere(cli: Cli, options: CommonOptions): Promise<readonly Project[]> {
  const { socketPath, dataDir } = cli.config(options)
  const running = await daemonStatus(socketPath)
  if (running !== null && running.data_dir === dataDir)
    return cli.withDaemon(options, async (daemon) => {
      const { projects } = await daemon.call<ResultOf<typeof projectList>>('project_list', {})
      return projects
    })
  if (!existsSync(storeFilePath(dataDir))) return []
  return withHeldDataDir(cli, options, async ({ held, maintenance }) => maintenance.projectsHeld(held))
}

/** Who left out what the file is of is told so, rather than what is wrong with it as an export of ours. */
async function orOfOtherKind<T>(
  check: () => T,
  file: string,
  otherKind: (file: string) => Promise<string | null>,
): Promise<T> {
  try {
    return check()
  } catch (error) {
    const kind = isAppError(error) ? await otherKind(file) : null
    if (kind === null) throw error
    throw new UsageError(`${file} is no export of iai-mcp; did you mean: iai-mcp import ${kind} ${file}`)
  }
}

function mergeLine({ from, into, turns, facts }: Merge): Line {
  const amount = `${counted(turns, 'turn')} and ${counted(facts, 'fact')}`
  return [`The export has ${nameText(from)} merged into ${nameText(into)}; here it holds ${amount}.`]
}

/** No is an answer: what is held here stays apart, and the rest is taken in. */
async function agreed(
  { io }: Cli,
  { yes, merge }: ImportExportOptions,
  lines: readonly Line[],
): Promise<boolean> {
  if (merge === false) return false
  if (yes === true) return true
  const told = renderLines(lines, io.styled)
  if (!io.interactive)
    throw new UsageError(
      `${told}Merging cannot be undone: add --yes to merge here too, or --no-merge to leave them apart. Nothing was changed`,
    )
  io.stdout.write(told)
  return io.confirm(
    'Merge here too? This cannot be undone; with no, they stay apart and the rest is taken in.',
  )
}

function showDryRun(
  cli: Cli,
  options: CommonOptions,
  merges: readonly Merge[],
  lines: readonly Line[],
): void {
  cli.show(options, { merges }, [
    ['The export is whole.'],
    ...lines,
    ...(merges.length === 0 ? [] : [['It would be asked whether to merge here too (--yes, --no-merge).']]),
    ['What is there already stays as it is; nothing was changed.'],
  ])
}

function some(count: number, what: string): Line[] {
  return count === 0 ? [] : [[`${count} ${what}`]]
}
