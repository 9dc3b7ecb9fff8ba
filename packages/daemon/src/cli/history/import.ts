// `iai-mcp import`: takes the past in. Interrupted at any point it goes on where it was; run twice it changes nothing.
import { join } from 'node:path'
import { hostEnvironment } from '../../config/environment.ts'
import { openFileMarks } from '../../history/file-marks.ts'
import { type ImportReport, importHistory } from '../../history/import.ts'
import { type HostEnvironment, historyPlaces } from '../../history/locations.ts'
import { memoryMarks } from '../../history/marks.ts'
import type { HistorySource } from '../../history/source.ts'
import type { CaptureTurns } from '../../history/turn-batches.ts'
import { systemClock } from '../../kit/clock.ts'
import { AppError } from '../../kit/errors.ts'
import { storeFilePath } from '../../lifecycle/store-file.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { count, counted } from '../counted.ts'
import { UsageError } from '../exit-codes.ts'
import { exportFileOf, importExport } from '../keeping/import-export.ts'
import { bold, type Line } from '../output.ts'
import { createCapturePool } from './capture-pool.ts'
import { addFilterOptions, type FilterOptions, filterFrom } from './filter-options.ts'
import {
  addPlacementOptions,
  type PlacedTurns,
  type PlacementOptions,
  placedLines,
  placedTurns,
  placementOf,
  unplacedLines,
} from './placement.ts'
import { createProgressView, duration } from './progress-view.ts'
import { tallyLines } from './skip-lines.ts'
import { kindOf, sourceHelp, sourcesFrom } from './sources.ts'

interface ImportCommandOptions extends CommonOptions, FilterOptions, PlacementOptions {
  readonly dryRun?: boolean
  readonly yes?: boolean
  /** False for --no-merge. */
  readonly merge?: boolean
}

export interface ImportResult extends ImportReport {
  /** Turns too long for one request, which went through the spool. */
  readonly spooled: number
  /** Where the new turns are; empty when it is a dry run. */
  readonly projects: readonly PlacedTurns[]
  /** New turns that name no folder, and that no option places. */
  readonly unplaced: number
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
  addPlacementOptions(command)
  addFilterOptions(command).action(async (words: string[], options: ImportCommandOptions) => {
    const exported = exportFileOf(words, cli.io.cwd)
    if (exported !== null) {
      refuseOthers(options, ofSources, 'what an export of iai-mcp holds comes back whole, where it was')
      return importExport(cli, options, exported, kindOf)
    }
    refuseOthers(options, ofExports, 'only with FILE, an export of iai-mcp, are projects merged')
    const environment = hostEnvironment()
    const sources = await sourcesFrom({ words, command: 'import', cwd: cli.io.cwd }, environment)
    const result = await runImport(cli, options, sources, environment.HOME)
    cli.show(options, result, [...resultLines(result), ...nowhereLines(result, words, environment)])
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
    filter: await filterFrom(options, home),
    now: systemClock,
    signal: new AbortController().signal,
    onProgress: view.show,
    isDryRun,
  }
  try {
    if (isDryRun) {
      const marks = memoryMarks()
      const report = await importHistory({ ...common, capture: refuse, takeBack: refuse, marks })
      const isPlaced = options.project !== undefined || options.cwd !== undefined
      return { ...report, spooled: 0, projects: [], unplaced: isPlaced ? 0 : withoutFolder(report) }
    }
    const place = await placeOf(cli, options)
    const placement = await cli.withDaemon(options, (daemon) => placementOf(daemon, options, cli.io.cwd))
    const pool = createCapturePool(place)
    const marks = await importMarks(place.dataDir)
    const capture: CaptureTurns = (batch) =>
      pool.capture(batch.cwd === undefined ? { ...batch, ...placement } : batch)
    try {
      const report = await importHistory({ ...common, capture, takeBack: pool.takeBack, marks })
      await pool.drain()
      const projects = await cli.withDaemon(options, (daemon) =>
        placedTurns(daemon, report.folders, placement),
      )
      const unplaced = placement === null ? withoutFolder(report) : 0
      return { ...report, spooled: pool.spooled(), projects, unplaced }
    } finally {
      pool.close()
    }
  } finally {
    view.end()
  }
}

/** Where a history would be, for whoever has one elsewhere. */
function nowhereLines(
  { clients }: ImportResult,
  words: readonly string[],
  environment: HostEnvironment,
): Line[] {
  if (clients.length > 0) return []
  const places = historyPlaces(environment).filter(
    ({ client }) => words.length === 0 || words.includes(client),
  )
  return places.map(({ client, place, variable }) => [
    `  ${client.padEnd(12)} looked in ${place} (${variable})`,
  ])
}

function withoutFolder({ folders }: ImportReport): number {
  return folders.find(({ cwd }) => cwd === null)?.turns ?? 0
}

const ofSources = {
  since: '--since',
  include: '--include',
  exclude: '--exclude',
  project: '--project',
  cwd: '--cwd',
}
const ofExports = { merge: '--no-merge' }

/** An option that would go unheard is refused. */
function refuseOthers(
  options: ImportCommandOptions,
  flags: Readonly<Partial<Record<keyof ImportCommandOptions, string>>>,
  why: string,
): void {
  const given = Object.entries(flags).filter(([name]) => {
    const value = options[name as keyof ImportCommandOptions]
    return name === 'merge' ? value === false : value !== undefined
  })
  const [first] = given
  if (first !== undefined) throw new UsageError(`${first[1]} has no effect here: ${why}; leave it out`)
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

export function resultLines(result: ImportResult): Line[] {
  const { clients, stored, turns, ms, spooled, isDryRun, projects, unplaced } = result
  const rate = ms === 0 ? '' : `, ${count(Math.round((turns * 1_000) / ms))} turns/s`
  const took = `in ${duration(ms)}${rate}`
  const known = stored.skipped + stored.reinforced
  const long = spooled === 0 ? '' : `, ${count(spooled)} long ones through the spool`
  const end = isDryRun
    ? `${counted(turns, 'turn')} read; which of them are new is not looked at (${took}); nothing was changed.`
    : `${count(stored.inserted)} new, ${count(known)} already there${long}, ${took}.`
  if (clients.length === 0) return [['No history was found.']]
  return [...tallyLines(clients), [bold(end)], ...placedLines(projects), ...unplacedLines(unplaced)]
}
