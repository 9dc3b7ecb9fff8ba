// A file that the user named, to be written: what stands there already is only replaced on --force, and nothing is put
// among the files of the data directory. Also tells when plain text would come to lie in a git checkout, from where it
// is soon elsewhere.
import { accessSync, constants, existsSync, lstatSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { errnoOf } from '../kit/errors.ts'
import type { Cli, CommonOptions } from './command.ts'
import { UsageError } from './exit-codes.ts'
import type { Line } from './output.ts'

export interface TargetOptions extends CommonOptions {
  readonly force?: boolean
}

export function addForceOption(command: Command): Command {
  return command.option('--force', 'replace the file when it is there already')
}

/** Its absolute path. Raises UsageError when it must not or cannot be written. */
export function targetFile(cli: Cli, options: TargetOptions, word: string): string {
  const path = resolve(cli.io.cwd, word)
  const folder = dirname(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`there is no folder ${folder}; make it first, or name another file`)
  refuseUnwritable(folder)
  const { dataDir } = cli.config(options)
  if (existsSync(dataDir) && realpathSync(folder) === realpathSync(dataDir))
    throw new UsageError(`${folder} is where iai-mcp keeps its own files; name one elsewhere`)
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return path
  if (!found.isFile()) throw new UsageError(`${path} is no plain file; name another file`)
  if (options.force !== true)
    throw new UsageError(`${path} is there already; name another file, or replace it with --force`)
  return path
}

function refuseUnwritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK)
  } catch (error) {
    const why = errnoOf(error) === 'EROFS' ? 'its disk can only be read' : 'this user may not'
    throw new UsageError(`nothing can be written in ${folder}: ${why}; name a file elsewhere`)
  }
}

/** The checkout that `path` would lie in; null when there is none. A worktree's or submodule's `.git` is a file. */
export function checkoutAround(path: string): string | null {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder
    if (dirname(folder) === folder) return null
  }
}

export function checkoutLines(checkout: string | null): Line[] {
  if (checkout === null) return []
  return [[`It lies in the git checkout ${checkout}: move it out, so that no commit takes it along.`]]
}
