// `iai-mcp backup`: one whole, encrypted, checked copy of the store, while the daemon runs or without it.
import { systemClock } from '../../kit/clock.ts'
import { freeBackupPath, makeBackupFolder } from '../../store/backup-folder.ts'
import { type BackupNote, backupNote } from '../../store/backup-note.ts'
import { daemonStatus } from '../client.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { memoriesText } from '../counted.ts'
import { dim } from '../output.ts'
import { addForceOption, type TargetOptions, targetFile } from '../target-file.ts'
import { momentOf, sizeText } from './backup-lines.ts'
import { askToKeep, withHeldDataDir } from './held.ts'

export function addBackup(cli: Cli): void {
  const command = cli.command(
    'backup [file]',
    'Make an encrypted copy of everything, checked by reading it again (default: in the backup folder)',
  )
  addForceOption(command).action(async (file: string | undefined, options: TargetOptions) => {
    const { backupFolder } = cli.config(options)
    if (file === undefined) makeBackupFolder(backupFolder)
    const target =
      file === undefined ? freeBackupPath(backupFolder, systemClock()) : targetFile(cli, options, file)
    const note = await backUp(cli, options, target)
    cli.show(options, { path: target, ...note }, [
      [
        `${target}: ${memoriesText(note.memories)} as of ${momentOf(note.made_at)}, ${sizeText(target)}, checked.`,
      ],
      [dim(`It opens with the key of this store (key id ${note.key_check}): iai-mcp key export prints it.`)],
    ])
  })
}

/** By the daemon when one runs: it has the key, and goes on meanwhile. */
async function backUp(cli: Cli, options: CommonOptions, path: string): Promise<BackupNote> {
  if ((await daemonStatus(cli.config(options).socketPath)) === null)
    return withHeldDataDir(cli, options, async ({ held, maintenance }) => maintenance.backUpHeld(held, path))
  const answer = await askToKeep(cli, options, { type: 'backup', path })
  return backupNote.parse(answer.note)
}
