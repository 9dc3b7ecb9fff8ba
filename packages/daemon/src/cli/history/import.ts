// `iai-mcp import`: takes the past in. Interrupted at any point it goes on where it was; run twice it changes nothing.
import { join } from 'node:path'
import { hostEnvironment } from '../../config/environment.ts'
import { openFileMarks } from '../../history/file-marks.ts'
import { type ImportReport, importHistory } from '../../history/import.ts'
import { memoryMarks } from '../../history/marks.ts'
import type { HistorySource } from '../../history/source.ts'
import { systemClock } from '../../kit/clock.ts'
import { AppError } from '../../kit/errors.ts'
import { storeFilePath } from '../../lifecycle/store-file.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { count, counted } from '../counted.ts'
import { exportFileOf, importExport } from '../keeping/import-export.ts'
import { bold, type Line } from '../output.ts'
import { createCapturePool } from './capture-pool.ts'
import { addFilterOptions, type FilterOptions, filterFrom } from './filter-options.ts'
import { createProgressView, duration } from './progress-view.ts'
import { tallyLines } from './skip-lines.ts'
import { sourceHelp, sourcesFrom } from './sources.ts'

interface ImportCommandOptions extends CommonOptions, FilterOptions {
  readonly dryRun?: boolean
  readonly yes?: boolean
  /** False for --no-merge. */
  readonly merge?: boolean
}

export interface ImportResult extends ImportReport {
  /** Turns too long for one request, which went through the spool. */
  readonly spooled: number
}

export function addImport(cli: Cli): void {
  const command = cli
    .command(
      'import [source...]',
      `Take in what agents kept of the past: ${sourceHelp}; or FILE, an export of iai-mcp`,
    )
    .option('--dry-run', 'read and count everything, take in nothing')
    .option('-y, --yes', 'with FILE: do not ask, merge the projects that the export has merged')
    .option('--no-merge', 'with FILE: leave projects apart in which something is held here')
  addFilterOptions(command, systemClock).action(async (words: string[], options: ImportCommandOptions) => {
    const exported = exportFileOf(words, cli.io.cwd)
    if (exported !== null) return importExport(cli, options, exported)
    const environment = hostEnvironment()
    const sources = sourcesFrom(words, environment, cli.io.cwd)
    const result = await runImport(cli, options, sources, environment.HOME)
    cli.show(options, result, resultLines(result))
  })
}

/** Also what `setup` does when the user wants the past. Rejects as importHistory does. */
export async function runImport(
  cli: Cli,
  options: ImportCommandOptions,
  sources: readonly HistorySource[],
  home: string,
): Promise<ImportResult> {
  const isDryRun = options.dryRun === true
  const view = createProgressView(cli.io, systemClock)
  const common = {
    sources,
    filter: filterFrom(options, home),
    now: systemClock,
    signal: new AbortController().signal,
    onProgress: view.show,
    isDryRun,
  }
  try {
    if (isDryRun) {
      const report = await importHistory({
        ...common,
        capture: refuse,
        takeBack: refuse,
        marks: memoryMarks(),
      })
      return { ...report, spooled: 0 }
    }
    const place = await placeOf(cli, options)
    const pool = createCapturePool(place)
    const marks = await importMarks(place.dataDir)
    try {
      const report = await importHistory({ ...common, capture: pool.capture, takeBack: pool.takeBack, marks })
      await pool.drain()
      return { ...report, spooled: pool.spooled() }
    } finally {
      pool.close()
    }
  } finally {
    view.end()
  }
}

/** Marks of the imports into the store of this data directory. */
export function importMarks(dataDir: string) {
  return openFileMarks({
    path: join(dataDir, '.import-marks.jsonl'),
    storeFile: storeFilePath(dataDir),
  })
}

/** Where the daemon that answers keeps its data: marks belong beside the store that the turns went into. */
export async function placeOf(cli: Cli, options: CommonOptions) {
  const { socketPath } = cli.config(options)
  const { data_dir: dataDir } = await cli.withDaemon(options, (daemon) => daemon.control('status'))
  if (typeof dataDir !== 'string')
    throw new AppError('unavailable', 'what answers on the socket does not say where it keeps its data')
  return { socketPath, dataDir }
}

/** The capture of a dry run. */
export async function refuse(): Promise<never> {
  throw new Error('a dry run takes in nothing')
}

export function resultLines({ clients, stored, turns, ms, spooled, isDryRun }: ImportResult): Line[] {
  const rate = ms === 0 ? '' : `, ${count(Math.round((turns * 1_000) / ms))} turns/s`
  const took = `in ${duration(ms)}${rate}`
  const known = stored.skipped + stored.reinforced
  const long = spooled === 0 ? '' : `, ${count(spooled)} long ones through the spool`
  const end = isDryRun
    ? `${counted(turns, 'turn')} read; which of them are new is not looked at (${took}); nothing was changed.`
    : `${count(stored.inserted)} new, ${count(known)} already there${long}, ${took}.`
  if (clients.length === 0) return [['No history was found.']]
  return [...tallyLines(clients), [bold(end)]]
}
