// Proves that nothing was missed: reads every turn that the hosts have on disk and has it compared (comparison.ts) with what
// is stored.
import type { Clock } from '../kit/clock.ts'
import {
  type Comparison,
  type ComparisonOptions,
  createComparison,
  type SessionVerdict,
} from './comparison.ts'
import { discoverAll, type SourcedFile } from './discovery.ts'
import { type CompiledFilter, compileFilter, type HistoryFilter } from './filter.ts'
import type { TakeBackTurns } from './import.ts'
import { createProgressMeter, type Progress, type ProgressMeter } from './progress.ts'
import { readGuarded, takenBackGuarded } from './reading.ts'
import type { HistorySource } from './source.ts'
import { type ClientTally, createTally, type Tally } from './tally.ts'

export interface VerifyOptions extends ComparisonOptions {
  readonly sources: readonly HistorySource[]
  /** Told what was taken back, when what is missing is taken in (`onMissing`). */
  readonly onTakenBack?: TakeBackTurns | undefined
  readonly now: Clock
  readonly signal: AbortSignal
  readonly filter?: HistoryFilter | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

export interface VerifyReport {
  readonly sessions: readonly SessionVerdict[]
  readonly on_disk: number
  readonly stored: number
  readonly forgotten: number
  readonly missing: number
  readonly differing: number
  /** What could not be read, so could not be compared. */
  readonly clients: readonly ClientTally[]
  readonly ms: number
}

export async function verifyHistory(options: VerifyOptions): Promise<VerifyReport> {
  const { sources, now, signal, onTakenBack } = options
  const startedAt = now()
  const filter = compileFilter(options.filter ?? {})
  const tally = createTally()
  const files = await discoverAll(sources, filter, tally, signal)
  const meter = createProgressMeter({ now, files, tell: options.onProgress })
  const comparison = createComparison(options)
  for (const each of files) await verifyFile({ filter, tally, meter, comparison, signal, onTakenBack }, each)
  await comparison.settle()
  meter.end()
  const sessions = comparison.verdicts()
  const sum = (of: (session: SessionVerdict) => number): number =>
    sessions.reduce((total, session) => total + of(session), 0)
  return {
    sessions,
    on_disk: sum((session) => session.on_disk),
    stored: sum((session) => session.stored),
    forgotten: sum((session) => session.forgotten),
    missing: sum((session) => session.missing),
    differing: sum((session) => session.differing),
    clients: tally.report(),
    ms: now() - startedAt,
  }
}

interface Run {
  readonly filter: CompiledFilter
  readonly tally: Tally
  readonly meter: ProgressMeter
  readonly comparison: Comparison
  readonly signal: AbortSignal
  readonly onTakenBack: TakeBackTurns | undefined
}

async function verifyFile(run: Run, { source, file }: SourcedFile): Promise<void> {
  const { filter, tally, meter, comparison, signal } = run
  meter.enter(file.path, 0)
  for await (const item of readGuarded(source, file, 0, signal)) {
    if (file.offsetsHold === 'while-prefix-same') meter.at(item.resumeAt)
    if (item.kind === 'skipped') tally.skipped(source.client, item.skipped)
    else if (filter.skip(item.turn) === null) {
      tally.turn(source.client)
      meter.turn()
      await comparison.compare(item.turn)
    }
  }
  if (run.onTakenBack !== undefined) {
    for await (const said of takenBackGuarded(source, file, 0, signal)) await run.onTakenBack(said)
  }
  tally.fileRead(source.client)
  meter.leave(file.bytes)
}
