// The options that narrow a history down, the same for import and verify.
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { HistoryFilter } from '../../history/filter.ts'

export interface FilterOptions {
  /** ms */
  readonly since?: number
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

const dayMs = 86_400_000

export function addFilterOptions(command: Command, now: () => number): Command {
  return command
    .option(
      '--since <when>',
      'only what was said since: a date (2026-03-01), a time, or days (90d)',
      (text) => sinceFrom(text, now()),
    )
    .option('--include <glob...>', 'only sessions whose working directory matches ("~/projects/**")')
    .option('--exclude <glob...>', 'no sessions whose working directory matches')
}

export function filterFrom({ since, include, exclude }: FilterOptions, home: string): HistoryFilter {
  const expand = (glob: string): string => (glob.startsWith('~/') ? `${home}${glob.slice(1)}` : glob)
  return { since, include: include?.map(expand), exclude: exclude?.map(expand) }
}

function sinceFrom(text: string, now: number): number {
  const days = /^(\d{1,5})d$/.exec(text)?.[1]
  if (days !== undefined) return now - Number(days) * dayMs
  // A date is midnight where the user is; Date.parse alone would take it for UTC.
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text)
  if (/^\d{4}-/.test(text) && Number.isFinite(time)) return time
  throw new InvalidArgumentError('It must be a date (2026-03-01), a time, or a number of days (90d).')
}
