// The options that narrow a history down, the same for import and verify.
import type { Command } from 'commander'
import type { HistoryFilter } from '../../history/filter.ts'
import { readTime, timeWords } from '../times.ts'

export interface FilterOptions {
  readonly since?: string
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

export function addFilterOptions(command: Command): Command {
  return command
    .option('--since <time>', `only what was said since then: ${timeWords}`)
    .option('--include <glob...>', 'only sessions whose working directory matches ("~/projects/**")')
    .option('--exclude <glob...>', 'no sessions whose working directory matches')
}

/** Raises UsageError for a time that is none. */
export async function filterFrom(
  { since, include, exclude }: FilterOptions,
  home: string,
): Promise<HistoryFilter> {
  const expand = (glob: string): string => (glob.startsWith('~/') ? `${home}${glob.slice(1)}` : glob)
  return {
    since: await readTime('--since', since),
    include: include?.map(expand),
    exclude: exclude?.map(expand),
  }
}
