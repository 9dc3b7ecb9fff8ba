// Takes other programs' histories into the memory: files one after another, turns in batches, a mark for each file once
// everything before it is durable (marking.ts). Interrupted at any point, the next run goes on there; run twice, it
// changes nothing.
import type { Clock } from '../kit/clock.ts'
import { discoverAll, type SourcedFile } from './discovery.ts'
import { type CompiledFilter, compileFilter, type HistoryFilter } from './filter.ts'
import { createMarking, type Marking } from './marking.ts'
import { type MarkStore, readingStart } from './marks.ts'
import { createProgressMeter, type Progress, type ProgressMeter } from './progress.ts'
import { readGuarded, takenBackGuarded } from './reading.ts'
import type { HistoryItem, HistorySource, HistoryTakeBack } from './source.ts'
import { type ClientTally, createTally, type Tally } from './tally.ts'
import {
  type BatchedTurn,
  type CaptureTurns,
  createTurnBatches,
  type TurnBatches,
  type TurnCounts,
} from './turn-batches.ts'

export interface ImportOptions {
  readonly sources: readonly HistorySource[]
  readonly capture: CaptureTurns
  /** Durable when it resolves. */
  readonly takeBack: TakeBackTurns
  readonly marks: MarkStore
  readonly now: Clock
  readonly signal: AbortSignal
  readonly filter?: HistoryFilter | undefined
  /** Reads and counts everything, takes in nothing, leaves no marks. */
  readonly isDryRun?: boolean | undefined
  /** Smaller where a batch has to fit a request; see turn-batches.ts. */
  readonly batchBytesMax?: number | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

export type TakeBackTurns = (said: HistoryTakeBack) => Promise<unknown>

export interface ImportReport {
  readonly clients: readonly ClientTally[]
  /** What the store said of the turns it was given. */
  readonly stored: TurnCounts
  readonly turns: number
  /** New turns by the working directory that they name, null for none; all turns that were read when it is a dry run. */
  readonly folders: readonly FolderTurns[]
  readonly ms: number
  readonly isDryRun: boolean
}

export interface FolderTurns {
  readonly cwd: string | null
  readonly turns: number
}

/** Rejects with the store's own error when it takes no more, and with the signal's reason when aborted. */
export async function importHistory(options: ImportOptions): Promise<ImportReport> {
  const { sources, now, signal, isDryRun = false } = options
  const startedAt = now()
  const filter = compileFilter(options.filter ?? {})
  const tally = createTally()
  const files = await discoverAll(sources, filter, tally, signal)
  const meter = createProgressMeter({ now, files, tell: options.onProgress })
  const folders = new Map<string | null, number>()
  const capture: CaptureTurns = async (batch) => {
    const taken = await (isDryRun ? countOnly : options.capture)(batch)
    const [cwd, turns] = [batch.cwd ?? null, isDryRun ? batch.turns.length : taken.inserted]
    if (turns > 0) folders.set(cwd, (folders.get(cwd) ?? 0) + turns)
    return taken
  }
  const { batchBytesMax } = options
  const batches = createTurnBatches({ capture, signal, batchBytesMax, onRefused: refusedTo(tally) })
  const marks = isDryRun ? readOnly(options.marks) : options.marks
  const marking = createMarking(marks, batches, filter.key)
  const takeBack: TakeBackTurns = isDryRun ? async () => {} : options.takeBack
  const run: Run = { filter, tally, meter, batches, takeBack, marks, marking, signal }
  try {
    for (const each of files) await importFile(run, each)
    await marking.flush()
  } finally {
    await batches.idle()
  }
  meter.end()
  const clients = tally.report()
  const turns = clients.reduce((sum, client) => sum + client.turns, 0)
  return {
    clients,
    stored: { ...batches.counts },
    turns,
    folders: [...folders].map(([cwd, count]) => ({ cwd, turns: count })),
    ms: now() - startedAt,
    isDryRun,
  }
}

interface Run {
  readonly filter: CompiledFilter
  readonly tally: Tally
  readonly meter: ProgressMeter
  readonly batches: TurnBatches
  readonly takeBack: TakeBackTurns
  readonly marks: MarkStore
  readonly marking: Marking
  readonly signal: AbortSignal
}

async function importFile(run: Run, { source, file }: SourcedFile): Promise<void> {
  const { filter, tally, meter, batches, takeBack, marks, marking, signal } = run
  const start = await readingStart(file, await marks.get(file.path), filter.key).catch(() => fromTheStart)
  if (start.kind === 'unchanged') {
    tally.fileUnchanged(source.client)
    meter.enter(file.path, file.bytes)
    meter.leave(file.bytes)
    return
  }
  const hasByteOffsets = file.offsetsHold === 'while-prefix-same'
  meter.enter(file.path, hasByteOffsets ? start.offset : 0)
  let [offset, isWhole] = [start.offset, true]
  for await (const item of readGuarded(source, file, start.offset, signal)) {
    const skipped = skipOf(item, file.path, filter)
    if (skipped !== null) tally.skipped(source.client, skipped)
    if (skipped !== null && retried.has(skipped.reason)) isWhole = false
    offset = item.resumeAt
    if (hasByteOffsets) meter.at(offset)
    if (item.kind === 'skipped' || skipped !== null) continue
    tally.turn(source.client)
    meter.turn()
    await batches.add(item.turn)
    if (marking.turn()) await marking.reached(file, offset, false)
  }
  // Before the mark, which says that the file is done with. It holds for turns that are still on their way, too.
  for await (const said of takenBackGuarded(source, file, start.offset, signal)) await takeBack(said)
  await marking.reached(file, offset, isWhole)
  tally.fileRead(source.client)
  meter.leave(file.bytes)
}

const fromTheStart = { kind: 'from', offset: 0 } as const

/** After these a file is looked at again even when it has not changed. */
const retried: ReadonlySet<string> = new Set(['locked', 'unreadable'])

function skipOf(item: HistoryItem, file: string, filter: CompiledFilter) {
  if (item.kind === 'skipped') return item.skipped
  const reason = filter.skip(item.turn)
  return reason === null ? null : { file, at: item.resumeAt, reason }
}

/** The file is no longer known where the store answers; the turn's own ids say enough. */
function refusedTo(tally: Tally): (client: string, turn: BatchedTurn) => void {
  return (client, { message_id }) =>
    tally.skipped(client, { file: message_id, at: null, reason: 'out-of-range' })
}

const countOnly: CaptureTurns = async () => ({ inserted: 0, reinforced: 0, skipped: 0 })

const readOnly = (marks: MarkStore): MarkStore => ({ get: (path) => marks.get(path), put: async () => {} })
