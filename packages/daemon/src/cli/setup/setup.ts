// `iai-mcp setup`: finds the agents on this machine, shows exactly what it would change, changes it on a yes, imports the
// past, and proves that it works. `--undo` takes all of it back.
import type { Config } from '../../config/config.ts'
import { hostEnvironment } from '../../config/environment.ts'
import { hostSources } from '../../history/locations.ts'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { prepareDataDir } from '../../lifecycle/data-dir.ts'
import { askOverHttp, isClientError } from '../client.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { runsFromNpxCache } from '../daemon-command.ts'
import { type Finding, finding } from '../doctor/check.ts'
import { findingLines } from '../doctor/finding-lines.ts'
import { howToRestart } from '../doctor/settings-age.ts'
import { UsageError } from '../exit-codes.ts'
import { type ImportResult, resultLines, runImport } from '../history/import.ts'
import { surveyHistory, surveyQuestion } from '../history/survey.ts'
import { bold, type Line } from '../output.ts'
import type { Change } from './change.ts'
import { diffLines } from './diff-lines.ts'
import type { HostIntegration, SetupPlace } from './host.ts'
import { hosts } from './hosts.ts'
import { defaultKey } from './json-changes.ts'
import { setupPlace } from './place.ts'
import { carryOut, type FilePlan, planFiles, planUndo, type Undone, undoAll } from './plan.ts'
import { type HostPlan, planLines, presenceLines, undoLines } from './plan-view.ts'
import { type Presence, presenceOf } from './presence.ts'
import { type DaemonDeed, ensureDaemon } from './running-daemon.ts'
import { showPathFrom } from './show-path.ts'
import { withTrial } from './trial.ts'

interface SetupOptions extends CommonOptions {
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly undo?: boolean
  readonly host?: readonly string[]
  /** --no-import */
  readonly import: boolean
}

interface PlannedHost extends HostPlan {
  readonly host: HostIntegration
  /** Why it is taken to be on this machine. */
  readonly why: string
}

export function addSetup(cli: Cli): void {
  cli
    .command('setup', 'Connect the agents on this machine to the memory, and take in their past')
    .option('-y, --yes', 'make the changes and import without asking')
    .option('--dry-run', 'show what would change, change nothing; also with --undo')
    .option('--undo', 'put every file back as it was; with --host, those of these hosts')
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
  const looked = lookForHosts(place, options.host)
  const plans = await planHosts(
    looked.filter(({ isHere }) => isHere),
    place,
  )
  const own = await planFiles(ownChanges(config))
  const files = [...own, ...plans.flatMap((plan) => plan.files)]
  const problems = plans.filter(({ problem }) => problem !== null)
  const shown = {
    hosts: plans.map(describeHost),
    not_found: looked.filter(({ isHere }) => !isHere).map(describePresence),
    changes: files.map(describeFile),
  }
  const plan = [...presenceLines(looked), ...planLines(plans, own, showPath())]
  if (options.dryRun) {
    cli.show(options, { ...shown, changed: false }, [...plan, ['Nothing was changed.']])
    if (problems.length > 0) cli.fail()
    return
  }
  const say = (...lines: Line[]): void => {
    if (!options.json) cli.show(options, null, lines)
  }
  say(...plan)
  if (files.length > 0) await mayChange(cli, options)
  await prepareDataDir(config.dataDir)
  await carryOut(config.dataDir, files)
  const deed = await ensureDaemon(config)
  say([daemonWords[deed]])
  const imported = await importPast(cli, options, config, plans)
  if (imported !== null) say(...resultLines(imported))
  if (plans.length > 0)
    say(['Each agent is tried through its own configuration, on a memory that is gone afterwards:'])
  const findings = await checkHosts(place, plans)
  say(...findings.flatMap(findingLines), ...afterwards(place, plans, files.length > 0))
  const result = { ...shown, changed: files.length > 0, daemon: deed, import: imported, findings }
  if (options.json) cli.show(options, result, [])
  if (problems.length > 0 || findings.some(({ state }) => state === 'fail')) cli.fail()
}

const showPath = () => showPathFrom(hostEnvironment().HOME)

/** All hosts, or those that the user names, which are taken at their word. */
function lookForHosts(place: SetupPlace, names: readonly string[] | undefined): readonly Presence[] {
  const named = namedHosts(names)
  if (named === null) return hosts.map((host) => presenceOf(host, place, showPath()))
  return named.map((host) => ({ host, isHere: true, why: 'named with --host' }))
}

/** Null when none is named. Raises UsageError for a name that is none. */
function namedHosts(names: readonly string[] | undefined): readonly HostIntegration[] | null {
  if (names === undefined) return null
  const unknown = names.find((name) => !hosts.some((host) => host.name === name))
  if (unknown !== undefined)
    throw new UsageError(
      `there is no host "${unknown}"; there are: ${hosts.map(({ name }) => name).join(', ')}`,
    )
  return hosts.filter(({ name }) => names.includes(name))
}

/** A configuration that cannot be understood keeps its own host out, not the others. */
async function planHosts(found: readonly Presence[], place: SetupPlace): Promise<readonly PlannedHost[]> {
  const plans: PlannedHost[] = []
  for (const { host, why } of found) {
    try {
      const files = await planFiles(await host.changes(place))
      plans.push({ host, why, files, problem: null, note: (await host.note?.(place)) ?? null })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      plans.push({ host, why, files: [], problem: error.message, note: null })
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
      what: 'after sessions and once a day: look whether anything was missed (iai-mcp verify)',
      path: ['verify_history'],
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

/** The past of the chosen hosts, also of one whose configuration is broken: its history is not. */
async function importPast(
  cli: Cli,
  options: SetupOptions,
  { dataDir }: Config,
  plans: readonly PlannedHost[],
): Promise<ImportResult | null> {
  if (!options.import) return null
  const environment = hostEnvironment()
  const sources = hostSources(environment).filter(({ client }) =>
    plans.some(({ host }) => host.name === client),
  )
  if (!options.yes) {
    if (!cli.io.interactive) return null
    const question = surveyQuestion(await surveyHistory(sources, dataDir))
    if (question === null || !(await cli.io.confirm(question))) return null
  }
  return runImport(cli, { ...options, dryRun: false }, sources, environment.HOME)
}

async function checkHosts(place: SetupPlace, plans: readonly PlannedHost[]): Promise<readonly Finding[]> {
  const findings: Finding[] = runsFromNpxCache() ? [fromCache] : []
  if (plans.length === 0) return findings
  findings.push(...(await portFindings(place.config.dataDir)))
  return withTrial(place.config.dataDir, async (trial) => {
    for (const { host, problem } of plans) {
      if (trial.isEnding()) break
      if (problem === null) findings.push(...(await host.check({ place, trial })))
      else findings.push(finding('fail', host.title, problem))
    }
    return findings
  })
}

/** The daemon that the hosts will meet, asked as they ask it; of interest only when that does not work. */
async function portFindings(dataDir: string): Promise<readonly Finding[]> {
  try {
    await askOverHttp(dataDir, limits.doctorWaitMsMax)
    return []
  } catch (error) {
    if (!isClientError(error)) throw error
    return [finding('fail', 'HTTP port', error.message, 'iai-mcp doctor')]
  }
}

/** The hosts' configurations name the program by its path. */
const fromCache = finding(
  'warn',
  'installation',
  'this runs from the cache of npx; when that is emptied, the hosts find no program any more',
  'npm install -g iai-mcp, then: iai-mcp setup',
)

async function undo(cli: Cli, options: SetupOptions, config: Config): Promise<void> {
  const place = setupPlace(config)
  const named = namedHosts(options.host)
  const changes: Change[] = named === null ? [...ownChanges(config)] : []
  for (const host of named ?? hosts) changes.push(...(await host.changes(place)))
  const files = named === null ? null : changes.map(({ file }) => file)
  const isDryRun = options.dryRun === true
  const undone = await (isDryRun ? planUndo : undoAll)(config.dataDir, changes, files)
  const lines = undoLines(undone, { dataDir: config.dataDir, show: showPath(), isDryRun })
  const rest: Line[] = named === null ? [] : [[ownStays]]
  cli.show(options, { undone: undone.map(describeUndone), dry_run: isDryRun }, [...lines, ...rest])
  if (undone.some(({ outcome }) => outcome === 'left')) cli.fail()
}

const ownStays =
  'The other hosts and the settings of iai-mcp itself, which they share, stay; setup --undo without --host takes all back.'

function describeUndone({ path, outcome, reason }: Undone) {
  return { path, outcome, ...(reason !== undefined && { reason }) }
}

function describeHost({ host, why, problem, note }: PlannedHost) {
  return { host: host.name, why, problem, note }
}

function describePresence({ host, why }: Presence) {
  return { host: host.name, why }
}

function describeFile({ path, what, found, text }: FilePlan) {
  return { file: path, what, is_new: found.bytes === null, diff: diffLines(found.text, text).join('\n') }
}

const daemonWords: Readonly<Record<DaemonDeed, string>> = {
  started: 'The daemon was started. It leaves when nobody uses it, and comes back with the next session.',
  restarted: 'The daemon was started anew, so that it serves the hosts.',
  'was running': 'The daemon runs.',
  'needs a restart': `The daemon runs, but was started before its settings changed and does not know them yet. Restart it: ${howToRestart}.`,
}

function afterwards(place: SetupPlace, plans: readonly PlannedHost[], changed: boolean): Line[] {
  const hints = plans.flatMap(({ host }): Line[] => {
    const hint = host.afterwards?.(place) ?? null
    return hint === null ? [] : [[bold(`${host.title}: `), hint]]
  })
  return changed
    ? [...hints, ['Start your agents anew. Take all of it back with: iai-mcp setup --undo']]
    : hints
}
