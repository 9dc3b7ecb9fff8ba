// `iai-mcp import FILE` of an export that iai-mcp itself made: rows come back as they were.
import { statSync } from 'node:fs'
import type { Cli, CommonOptions } from '../command.ts'
import { memoriesText } from '../counted.ts'
import { UsageError } from '../exit-codes.ts'
import { givenFile } from '../given-file.ts'
import type { Line } from '../output.ts'
import { loadMaintenance, withHeldDataDir } from './held.ts'

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

export async function importExport(
  cli: Cli,
  options: CommonOptions & { readonly dryRun?: boolean },
  file: string,
): Promise<void> {
  if (options.dryRun === true)
    throw new UsageError(
      'an export of iai-mcp is taken in without a dry run: what is there already stays as it is',
    )
  // Before the daemon is stopped: it goes on when there is nothing to take in.
  const { checkArchive } = await loadMaintenance()
  checkArchive(file)
  await withHeldDataDir(
    cli,
    options,
    async ({ held, maintenance, afterwards }) => {
      const taken = maintenance.importArchive(held, file)
      cli.show(options, taken, [
        [`${memoriesText(taken.added)} taken in, ${taken.known} were there already.`],
        ...some(taken.differing, 'differ from what is held here under the same id; what is here stays.'),
        ...some(taken.refused, 'had been forgotten here, and stay out.'),
        ...some(
          taken.forgotten,
          'hashes of texts forgotten elsewhere came along: those texts stay out from now on.',
        ),
        ...afterwards,
      ])
    },
    'from nothing',
  )
}

function some(count: number, what: string): Line[] {
  return count === 0 ? [] : [[`${count} ${what}`]]
}
