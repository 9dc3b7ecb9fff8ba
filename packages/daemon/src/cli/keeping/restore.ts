// `iai-mcp restore`: lists the backups, says what one would bring back and what it would lose, and puts it in the place of
// the store, which is kept aside. What was forgotten since stays forgotten.
import { join, resolve } from 'node:path'
import { type Backup, listBackups } from '../../store/backup-folder.ts'
import type { BackupNote } from '../../store/backup-note.ts'
import type { Comparison } from '../../store/sqlite/comparing.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { memoriesText } from '../counted.ts'
import { NotFoundError, UsageError } from '../exit-codes.ts'
import { bold, dim, type Line, renderLines } from '../output.ts'
import { readTime, timeWords } from '../times.ts'
import { backupLines, momentOf } from './backup-lines.ts'
import { type Hold, loadMaintenance, withHeldDataDir } from './held.ts'
import { readSheet } from './key.ts'

interface RestoreOptions extends CommonOptions {
  readonly at?: string
  readonly sheet?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly ignoreForgotten?: boolean
}

export function addRestore(cli: Cli): void {
  cli
    .command('restore [file]', 'List the backups; or put one in the place of the store, which is kept aside')
    .option('--at <time>', `instead of a file: the newest backup made at or before then: ${timeWords}`)
    .option('--dry-run', 'only say what would be lost and what would come back')
    .option(
      '--sheet <file>',
      'the recovery sheet of the key that the backup is under, when it is not known here',
    )
    .option('--ignore-forgotten', 'go on when the present store is too damaged to say what was forgotten')
    .option('-y, --yes', 'do not ask')
    .action(async (given: string | undefined, options: RestoreOptions) => {
      if (given !== undefined && options.at !== undefined)
        throw new UsageError('name a file, or a time with --at, not both')
      const backups = () => knownBackups(cli.config(options))
      if (given === undefined && options.at === undefined) return listAll(cli, options, backups())
      const file =
        given === undefined
          ? newestAt(backups(), await readTime('--at', options.at, 'until'))
          : resolve(cli.io.cwd, given)
      const sheet = options.sheet === undefined ? null : await readSheet(cli, options.sheet)
      await restore(cli, options, { file, sheet })
    })
}

function knownBackups({ backupFolder, dataDir }: { backupFolder: string; dataDir: string }) {
  return [...listBackups(backupFolder), ...listBackups(join(dataDir, 'replaced'))].sort(
    (a, b) => b.note.made_at - a.note.made_at,
  )
}

function listAll(cli: Cli, options: CommonOptions, backups: readonly Backup[]): void {
  const result = backups.map(({ file, note, bytes }) => ({ path: file, bytes, ...note }))
  const hint = dim('Restore one with: iai-mcp restore FILE (add --dry-run to see what it would change)')
  cli.show(
    options,
    { backups: result },
    backups.length === 0
      ? [['There is no backup yet. Make one with: iai-mcp backup']]
      : [...backupLines(backups), [hint]],
  )
}

function newestAt(backups: readonly Backup[], until = Number.POSITIVE_INFINITY): string {
  const found = backups.find(({ note }) => note.made_at <= until)
  if (found === undefined) throw new NotFoundError(`no backup was made at or before ${momentOf(until)}`)
  return found.file
}

interface Source {
  readonly file: string
  readonly sheet: Buffer | null
}

/** Looked at and asked about while the daemon goes on; stopped only for the restore itself. */
async function restore(cli: Cli, options: RestoreOptions, source: Source): Promise<void> {
  const { previewRestore } = await loadMaintenance()
  const { note, comparison } = await previewRestore(cli.config(options), source)
  const lines = previewLines(source.file, note, comparison)
  if (options.dryRun)
    return cli.show(options, { ...note, changes: comparison }, [...lines, [dim('Nothing was changed.')]])
  if (!options.yes && !(await agreed(cli, lines)))
    return cli.show(options, { restored: false }, [['Nothing was changed.']])
  await withHeldDataDir(cli, options, (hold) => restoreHeld(cli, options, hold, source), 'from nothing')
}

async function restoreHeld(
  cli: Cli,
  options: RestoreOptions,
  { held, maintenance, afterwards }: Hold,
  source: Source,
): Promise<void> {
  const done = await maintenance.restore(held, {
    ...source,
    ignoreForgotten: options.ignoreForgotten === true,
  })
  const { note, forgottenAgain, aside } = done
  const lines: Line[] = [
    [`The store is as it was on ${momentOf(note.made_at)}: ${memoriesText(note.memories - forgottenAgain)}.`],
  ]
  if (forgottenAgain > 0)
    lines.push([`${memoriesText(forgottenAgain)} of the backup had been forgotten since, and will stay so.`])
  if (aside !== null) lines.push([`What was there before is kept in ${aside}`])
  if (aside?.endsWith('.backup')) lines.push([dim(`Take it back with: iai-mcp restore ${aside}`)])
  const result = { restored: true, made_at: note.made_at, forgotten_again: forgottenAgain, aside }
  cli.show(options, result, [...lines, ...afterwards])
}

async function agreed({ io }: Cli, lines: readonly Line[]): Promise<boolean> {
  if (!io.interactive)
    throw new UsageError('restoring replaces the store: add --yes when nobody is there to be asked')
  io.stdout.write(renderLines(lines, io.styled))
  return io.confirm('Restore it? The present store is kept aside.')
}

function previewLines(file: string, note: BackupNote, comparison: Comparison | null): Line[] {
  const head: Line = [bold(file), `: ${memoriesText(note.memories)} as of ${momentOf(note.made_at)}`]
  if (comparison === null) return [head, ['There is no store that can be read to compare it with.']]
  const { lost, comeBack, forgottenSince, changed } = comparison
  return [
    head,
    [`  would be lost    ${memoriesText(lost.count)} that came since`],
    ...lost.newest.map(
      ({ saidAt, role }): Line => [dim(`                     ${momentOf(saidAt)}  ${role}`)],
    ),
    [`  would come back  ${memoriesText(comeBack)} that went since`],
    [`  would change     ${changed} pins, corrections and counts`],
    [`  stay forgotten   ${forgottenSince}`],
  ]
}
