// `iai-mcp verify`: proves, session by session, that what the hosts have on disk is stored; --repair closes the gaps.
import { hostEnvironment } from '../../config/environment.ts'
import { changedSince } from '../../history/changed-since.ts'
import type { SessionVerdict, StoredTurn } from '../../history/comparison.ts'
import type { HistorySource, HistoryTurn } from '../../history/source.ts'
import { createTurnBatches } from '../../history/turn-batches.ts'
import { type VerifyReport, verifyHistory } from '../../history/verify.ts'
import { systemClock } from '../../kit/clock.ts'
import { limits } from '../../kit/limits.ts'
import type { sessionHashes } from '../../operations/session-hashes.ts'
import type { textsForgotten } from '../../operations/texts-forgotten.ts'
import { saidDigest } from '../../store/capture-rules.ts'
import { createStoredForms } from '../../text/redaction.ts'
import type { Daemon } from '../client.ts'
import { type Cli, type CommonOptions, wholeNumber } from '../command.ts'
import { count, counted } from '../counted.ts'
import { shellWord } from '../hosts/integration.ts'
import { bold, dim, type Line } from '../output.ts'
import type { ResultOf } from '../result-of.ts'
import { createCapturePool } from './capture-pool.ts'
import { addFilterOptions, type FilterOptions, filterFrom } from './filter-options.ts'
import { placeOf } from './import.ts'
import { createProgressView, duration } from './progress-view.ts'
import { tallyLines } from './skip-lines.ts'
import { sourceHelp, sourcesFrom } from './sources.ts'

interface VerifyCommandOptions extends CommonOptions, FilterOptions {
  readonly repair?: boolean
  readonly all?: boolean
  readonly changedWithin?: number
}

interface Repair {
  /** Turns that are stored now and were not before. */
  readonly stored: number
  /** The memory does not take them: their text was forgotten on request. */
  readonly refused: number
}

export interface VerifyResult extends VerifyReport {
  readonly repair: Repair | null
}

export function addVerify(cli: Cli): void {
  const command = cli
    .command('verify [source...]', `Compare what agents kept with what is stored: ${sourceHelp}`)
    .option('--repair', 'take in what is missing')
    .option('--all', 'name every session, also of many that are whole')
    .option(
      '--changed-within <hours>',
      'only what changed in the last hours',
      wholeNumber(1, limits.changedWithinHoursMax),
    )
  addFilterOptions(command).action(async (words: string[], options: VerifyCommandOptions) => {
    const environment = hostEnvironment()
    const sources = await sourcesFrom({ words, command: 'verify', cwd: cli.io.cwd }, environment)
    const result = await runVerify(cli, options, sources, environment.HOME)
    cli.show(options, result, resultLines(result, options.all === true, repairCommand(words, options)))
    const left =
      result.missing + result.differing - (result.repair?.stored ?? 0) - (result.repair?.refused ?? 0)
    if (left > 0) cli.fail()
  })
}

async function runVerify(
  cli: Cli,
  options: VerifyCommandOptions,
  sources: readonly HistorySource[],
  home: string,
): Promise<VerifyResult> {
  const { redaction } = cli.config(options)
  const storedForms = createStoredForms(redaction)
  const filter = await filterFrom(options, home)
  const place = await placeOf(cli, options)
  const pool = createCapturePool(place)
  const signal = new AbortController().signal
  const view = createProgressView(cli.io, systemClock)
  const batches = createTurnBatches({ capture: pool.capture, signal, onRefused: () => {} })
  const repair = (turn: HistoryTurn): Promise<void> => batches.add(turn)
  try {
    const report = await cli.withDaemon(options, (daemon) =>
      verifyHistory({
        sources: recent(sources, options.changedWithin),
        stored: (client, session) => storedTurns(daemon, client, session),
        storedForms,
        forgotten: (turns) => forgottenTurns(daemon, turns, storedForms),
        now: systemClock,
        signal,
        filter,
        onProgress: view.show,
        ...(options.repair === true && { onMissing: repair, onTakenBack: pool.takeBack }),
      }),
    )
    await batches.settle()
    await pool.drain()
    const { inserted, skipped, reinforced } = batches.counts
    const stored = inserted + reinforced + pool.spooled()
    return { ...report, repair: options.repair === true ? { stored, refused: skipped } : null }
  } finally {
    await batches.idle()
    pool.close()
    view.end()
  }
}

function recent(sources: readonly HistorySource[], hours: number | undefined): readonly HistorySource[] {
  if (hours === undefined) return sources
  return sources.map((source) => changedSince(source, systemClock() - hours * 3_600_000))
}

async function* storedTurns(daemon: Daemon, client: string, session: string): AsyncGenerator<StoredTurn> {
  const params = { client, session_id: session, limit: limits.verifyPageTurns }
  const options = { timeoutMs: limits.importCallMsMax }
  let after: string | null = null
  do {
    const page: ResultOf<typeof sessionHashes> = await daemon.call(
      'session_hashes',
      { ...params, ...(after !== null && { after }) },
      options,
    )
    yield* page.turns
    after = page.next
  } while (after !== null)
}

async function forgottenTurns(
  daemon: Daemon,
  turns: readonly HistoryTurn[],
  storedForms: (text: string) => readonly string[],
): Promise<ReadonlySet<HistoryTurn>> {
  const asked = turns.map((turn) => ({ turn, digests: [...digestsOf(turn, storedForms)] }))
  const forgotten = new Set<string>()
  const all = [...new Set(asked.flatMap(({ digests }) => digests))]
  for (let at = 0; at < all.length; at += limits.idsPerCallMax) {
    const page: ResultOf<typeof textsForgotten> = await daemon.call(
      'texts_forgotten',
      { digests: all.slice(at, at + limits.idsPerCallMax) },
      { timeoutMs: limits.importCallMsMax },
    )
    for (const digest of page.forgotten) forgotten.add(digest)
  }
  return new Set(
    asked.filter(({ digests }) => digests.some((each) => forgotten.has(each))).map(({ turn }) => turn),
  )
}

/** One for each form in which the text may have been kept, and so forgotten. */
function digestsOf(
  { client, session_id: session, text: whole }: HistoryTurn,
  storedForms: (text: string) => readonly string[],
): ReadonlySet<string> {
  const forms = [whole, ...storedForms(whole)]
  return new Set(forms.map((text) => saidDigest({ text, kind: 'turn', client, session }).toString('hex')))
}

function resultLines(result: VerifyResult, listsAll: boolean, command: string): Line[] {
  const { sessions, clients, ms, repair } = result
  const total = `${counted(sessions.length, 'session')}: ${countsText(result)}`
  return [
    ...sessionsLines(sessions, listsAll),
    ...(sessions.length === 0 ? [['No history was found.']] : []),
    ...tallyLines(clients).filter((line) =>
      line.some((piece) => typeof piece !== 'string' && piece.style === 'yellow'),
    ),
    [bold(`${total} (${duration(ms)}).`)],
    ...(repair === null ? hint(result, command) : repairLines(repair)),
  ]
}

/** Years of history have thousands of sessions: then only those with a gap are named one by one. */
function sessionsLines(sessions: readonly SessionVerdict[], listsAll: boolean): Line[] {
  if (listsAll || sessions.length <= limits.verifySessionsListedMax) return sessions.flatMap(sessionLines)
  const gaps = sessions.filter((session) => !isWhole(session))
  const byClient = Map.groupBy(sessions.filter(isWhole), ({ client }) => client)
  const whole = [...byClient].map(([client, its]): Line => {
    const turns = its.reduce((sum, { stored }) => sum + stored, 0)
    const forgotten = its.reduce((sum, verdict) => sum + verdict.forgotten, 0)
    const words = `${client}: ${counted(its.length, 'session')} with ${counted(turns, 'turn')}, all stored${forgottenText(forgotten)}`
    return [{ text: 'ok   ', style: 'green' }, words, dim(' (--all names them)')]
  })
  return [...whole, ...gaps.flatMap(sessionLines)]
}

function countsText({ on_disk, stored, forgotten }: VerifyReport | SessionVerdict): string {
  return `${count(on_disk)} on disk, ${count(stored)} stored${forgottenText(forgotten)}`
}

function forgottenText(forgotten: number): string {
  return forgotten === 0 ? '' : `, ${count(forgotten)} forgotten`
}

function isWhole({ missing, differing }: SessionVerdict): boolean {
  return missing + differing === 0
}

function sessionLines(verdict: SessionVerdict): Line[] {
  const { client, session_id, gaps, missing, differing } = verdict
  const more = missing > gaps.length ? `, and ${count(missing - gaps.length)} more` : ''
  return [
    [
      isWhole(verdict) ? { text: 'ok   ', style: 'green' } : { text: 'gap  ', style: 'yellow' },
      `${client} ${session_id}: ${countsText(verdict)}`,
    ],
    ...(missing === 0 ? [] : [[dim(`       missing: ${gaps.join(', ')}${more}`)]]),
    ...(differing === 0 ? [] : [[dim(`       stored with another text: ${count(differing)}`)]]),
  ]
}

function hint({ missing, differing }: VerifyResult, command: string): Line[] {
  if (missing + differing === 0) return [['Nothing was missed.']]
  return [[`Close the gaps with: ${command}`]]
}

/** The same command, and --repair. */
function repairCommand(
  words: readonly string[],
  { dataDir, since, include, exclude }: VerifyCommandOptions,
): string {
  const flags = [
    ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
    ...(since === undefined ? [] : ['--since', since]),
    ...(include === undefined ? [] : ['--include', ...include]),
    ...(exclude === undefined ? [] : ['--exclude', ...exclude]),
  ]
  return ['iai-mcp', 'verify', '--repair', ...words, ...flags].map(shellWord).join(' ')
}

function repairLines({ stored, refused }: Repair): Line[] {
  const kept =
    refused === 0 ? '' : `; ${count(refused)} stay out, because their text was forgotten on request`
  return [
    [stored === 0 ? `Nothing had to be taken in${kept}.` : `${counted(stored, 'turn')} taken in${kept}.`],
  ]
}
