// `iai-mcp setup`: finds the agents on this machine, shows exactly what it would change, changes it on a yes, imports the
// past, and proves that it works. `--undo` takes all of it back.
import type { Config } from '../../config/config.ts'
import { hostEnvironment } from '../../config/environment.ts'
import { hostSources } from '../../history/locations.ts'
import { AppError } from '../../kit/errors.ts'
import { prepareDataDir } from '../../lifecycle/data-dir.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { type Finding, finding } from '../doctor/check.ts'
import { findingLines } from '../doctor/finding-lines.ts'
import { UsageError } from '../exit-codes.ts'
import { type ImportResult, resultLines, runImport } from '../history/import.ts'
import { bold, dim, type Line } from '../output.ts'
import { type Change, defaultKey } from './change.ts'
import { diffLines } from './diff-lines.ts'
import type { HostIntegration, SetupPlace } from './host.ts'
import { hosts } from './hosts.ts'
import { setupPlace } from './place.ts'
import { carryOut, type FilePlan, planFiles, type Undone, undoAll } from './plan.ts'
import { type DaemonDeed, ensureDaemon } from './running-daemon.ts'

interface SetupOptions extends CommonOptions {
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly undo?: boolean
  readonly host?: readonly string[]
  /** --no-import */
  readonly import: boolean
}

interface HostPlan {
  readonly host: HostIntegration
  readonly files: readonly FilePlan[]
  /** Why its configuration is left alone. */
  readonly problem: string | null
}

export function addSetup(cli: Cli): void {
  cli
    .command('setup', 'Connect the agents on this machine to the memory, and take in their past')
    .option('-y, --yes', 'make the changes and import without asking')
    .option('--dry-run', 'show what would change, change nothing')
    .option('--undo', 'put every file back as it was')
    .option('--host <name...>', `only these: ${hosts.map(({ name }) => name).join(', ')}`)
    .option('--no-import', 'leave the past alone')
    .action(async (options: SetupOptions) => {
      const config = cli.config(options)
      if (options.undo) await undo(cli, options, config)
      else await setUp(cli, options, config)
    })
}

async function setUp(cli: Cli, options: SetupOptions, config: Config): Promise<void> {
  const place = setupPlace(config)
  const plans = await planHosts(await chosenHosts(place, options.host), place)
  const own = await planFiles(ownChanges(config))
  const files = [...own, ...plans.flatMap((plan) => plan.files)]
  const problems = plans.filter(({ problem }) => problem !== null)
  const shown = { hosts: plans.map(describeHost), changes: files.map(describeFile) }
  if (options.dryRun) {
    cli.show(options, { ...shown, changed: false }, [...planLines(plans, own), ['Nothing was changed.']])
    if (problems.length > 0) cli.fail()
    return
  }
  if (!options.json) cli.show(options, null, planLines(plans, own))
  if (files.length > 0) await mayChange(cli, options)
  await prepareDataDir(config.dataDir)
  await carryOut(config.dataDir, files)
  const deed = await ensureDaemon(config)
  const imported = await importPast(cli, options)
  const findings = await checkHosts(cli, options, place, plans)
  const result = { ...shown, changed: files.length > 0, daemon: deed, import: imported, findings }
  cli.show(options, result, [
    [daemonWords[deed]],
    ...(imported === null ? [] : resultLines(imported)),
    ...findings.flatMap(findingLines),
    ...afterwards(plans, files.length > 0),
  ])
  if (problems.length > 0 || findings.some(({ state }) => state === 'fail')) cli.fail()
}

async function chosenHosts(
  place: SetupPlace,
  names: readonly string[] | undefined,
): Promise<readonly HostIntegration[]> {
  const unknown = names?.find((name) => !hosts.some((host) => host.name === name))
  if (unknown !== undefined)
    throw new UsageError(
      `there is no host "${unknown}"; there are: ${hosts.map(({ name }) => name).join(', ')}`,
    )
  const found: HostIntegration[] = []
  for (const host of hosts) {
    const isChosen = names === undefined ? await host.detect(place) : names.includes(host.name)
    if (isChosen) found.push(host)
  }
  return found
}

/** A configuration that cannot be understood keeps its own host out, not the others. */
async function planHosts(found: readonly HostIntegration[], place: SetupPlace): Promise<readonly HostPlan[]> {
  const plans: HostPlan[] = []
  for (const host of found) {
    try {
      plans.push({ host, files: await planFiles(await host.changes(place)), problem: null })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      plans.push({ host, files: [], problem: error.message })
    }
  }
  return plans
}

function ownChanges({ configFile: file }: Config): readonly Change[] {
  return [
    defaultKey({
      file,
      what: 'a loopback port, chosen by the system, for the hosts to ask at',
      path: ['http_port'],
      value: 0,
    }),
    defaultKey({
      file,
      what: 'once a day: look whether anything was missed (iai-mcp verify)',
      path: ['verify_daily'],
      value: 'on',
    }),
  ]
}

/** Raises when the user says no, or nobody is there to be asked. */
async function mayChange({ io }: Cli, { yes }: SetupOptions): Promise<void> {
  if (yes) return
  if (!io.interactive)
    throw new UsageError('nobody is here to be asked: add --yes to make these changes, or --dry-run')
  if (!(await io.confirm('Make these changes?'))) throw new AppError('unavailable', 'nothing was changed')
}

async function importPast(cli: Cli, options: SetupOptions): Promise<ImportResult | null> {
  if (!options.import) return null
  const isAsked =
    options.yes || (cli.io.interactive && (await cli.io.confirm('Take in the past of these agents now?')))
  if (!isAsked) return null
  const environment = hostEnvironment()
  return runImport(cli, { ...options, dryRun: false }, hostSources(environment), environment.HOME)
}

async function checkHosts(
  cli: Cli,
  options: SetupOptions,
  place: SetupPlace,
  plans: readonly HostPlan[],
): Promise<readonly Finding[]> {
  return cli.withDaemon(options, async (daemon) => {
    const findings: Finding[] = []
    for (const { host, problem } of plans) {
      if (problem === null) findings.push(...(await host.check({ daemon, place })))
      else findings.push(finding('fail', host.title, problem))
    }
    return findings
  })
}

async function undo(cli: Cli, options: SetupOptions, config: Config): Promise<void> {
  const place = setupPlace(config)
  const changes = [...ownChanges(config)]
  for (const host of hosts) changes.push(...(await host.changes(place)))
  const undone = await undoAll(config.dataDir, changes)
  cli.show(options, { undone }, undoLines(undone, config))
  if (undone.some(({ outcome }) => outcome === 'left')) cli.fail()
}

const undoWords: Readonly<Record<Undone['outcome'], string>> = {
  restored: 'as it was, byte for byte',
  removed: 'removed; it was not there before',
  edited: 'was changed by others since: only our part was taken out',
  gone: 'is not there any more',
  left: 'left as it is',
}

function undoLines(undone: readonly Undone[], { dataDir }: Config): Line[] {
  if (undone.length === 0) return [['There is nothing to undo.']]
  return [
    ...undone.map(
      ({ path, outcome, reason }): Line => [
        path,
        dim(`  ${undoWords[outcome]}${reason === undefined ? '' : `: ${reason}`}`),
      ],
    ),
    [`What is remembered stays in ${dataDir}. A running daemon goes on; iai-mcp stop ends it.`],
  ]
}

function describeHost({ host, problem }: HostPlan) {
  return { host: host.name, problem }
}

function describeFile({ path, what, found, text }: FilePlan) {
  return { file: path, what, is_new: found.bytes === null, diff: diffLines(found.text, text).join('\n') }
}

function planLines(plans: readonly HostPlan[], own: readonly FilePlan[]): Line[] {
  const none: Line[] = plans.length === 0 ? [['No agent was found on this machine.']] : []
  const iai: HostPlan[] = own.length === 0 ? [] : [{ host: itself, files: own, problem: null }]
  return [...none, ...[...iai, ...plans].flatMap(hostLines)]
}

const itself = { title: 'iai-mcp' } as HostIntegration

function hostLines({ host, files, problem }: HostPlan): Line[] {
  if (problem !== null) return [[bold(host.title)], [{ text: `  ${problem}`, style: 'red' }], ['']]
  if (files.length === 0) return [[bold(host.title)], [dim('  is set up already')], ['']]
  return [[bold(host.title)], ...files.flatMap(fileLines), ['']]
}

function fileLines({ path, what, found, text }: FilePlan): Line[] {
  return [
    [`  ${path}`, dim(found.bytes === null ? ' (new)' : '')],
    ...what.map((each): Line => [dim(`    ${each}`)]),
    ...diffLines(found.text, text).map(
      (line): Line => [line.startsWith('+') ? { text: `    ${line}`, style: 'green' } : `    ${line}`],
    ),
  ]
}

const daemonWords: Readonly<Record<DaemonDeed, string>> = {
  started: 'The daemon was started. It leaves when nobody uses it, and comes back with the next session.',
  restarted: 'The daemon was started anew, so that it serves the hosts.',
  'was running': 'The daemon runs.',
}

function afterwards(plans: readonly HostPlan[], changed: boolean): Line[] {
  const hints = plans.flatMap(({ host }) =>
    host.afterwards === undefined ? [] : [[`${host.title}: ${host.afterwards}`]],
  )
  return changed
    ? [...hints, ['Start your agents anew. Take all of it back with: iai-mcp setup --undo']]
    : hints
}
