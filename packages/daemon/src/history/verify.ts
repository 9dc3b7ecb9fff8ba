// Proves that nothing was missed: compares, per session, every turn that the hosts have on disk with what is stored, by
// message id and content hash. What was forgotten on request is no gap. Names the gaps and hands the missing turns to
// `onMissing`, which can take them in.
import { createHash } from 'node:crypto'
import type { Clock } from '../kit/clock.ts'
import { contentHash } from '../kit/content-hash.ts'
import { limits } from '../kit/limits.ts'
import { discoverAll, type SourcedFile } from './discovery.ts'
import { type CompiledFilter, compileFilter, type HistoryFilter } from './filter.ts'
import { createProgressMeter, type Progress, type ProgressMeter } from './progress.ts'
import { readGuarded } from './reading.ts'
import type { HistorySource, HistoryTurn } from './source.ts'
import { type ClientTally, createTally, type Tally } from './tally.ts'

/** What the store holds of a session: one entry for each stored turn, superseded ones too. */
export interface StoredTurn {
  readonly message_id: string
  /** contentHash of the text */
  readonly hash: string
}

export interface VerifyOptions {
  readonly sources: readonly HistorySource[]
  stored(client: string, sessionId: string): AsyncIterable<StoredTurn>
  /** Every form in which the store may keep a text: without its secrets. Asked only when the text itself is not held. */
  storedForms?: ((text: string) => readonly string[]) | undefined
  /** Those of the turns whose text was forgotten on request. Asked only about turns that are not held. */
  forgotten?: ((turns: readonly HistoryTurn[]) => Promise<ReadonlySet<HistoryTurn>>) | undefined
  readonly now: Clock
  readonly signal: AbortSignal
  readonly filter?: HistoryFilter | undefined
  /** Each turn that is on disk and not stored with this text, once. */
  readonly onMissing?: ((turn: HistoryTurn) => Promise<void>) | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

export interface SessionVerdict {
  readonly client: string
  readonly session_id: string
  readonly on_disk: number
  readonly stored: number
  /** Not stored, because their text was forgotten on request. */
  readonly forgotten: number
  /** Message ids that are not stored at all, the first limits.verifyGapsListedMax of `missing`. */
  readonly gaps: readonly string[]
  readonly missing: number
  /** Stored under the same message id, with another text. */
  readonly differing: number
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
  const { sources, now, signal } = options
  const startedAt = now()
  const filter = compileFilter(options.filter ?? {})
  const tally = createTally()
  const files = await discoverAll(sources, filter, tally, signal)
  const meter = createProgressMeter({ now, files, tell: options.onProgress })
  const comparison = createComparison(options)
  for (const each of files) await verifyFile({ filter, tally, meter, comparison, signal }, each)
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
  tally.fileRead(source.client)
  meter.leave(file.bytes)
}

interface Comparison {
  compare(turn: HistoryTurn): Promise<void>
  /** Judges the turns that still wait. */
  settle(): Promise<void>
  verdicts(): readonly SessionVerdict[]
}

type Counting = { -readonly [Key in keyof SessionVerdict]: SessionVerdict[Key] } & { gaps: string[] }

interface NotHeld {
  readonly turn: HistoryTurn
  readonly verdict: Counting
  readonly differs: boolean
}

function createComparison({
  stored,
  storedForms = () => [],
  forgotten = async () => new Set(),
  onMissing,
}: Pick<VerifyOptions, 'stored' | 'storedForms' | 'forgotten' | 'onMissing'>): Comparison {
  const sessions = new Map<string, Counting>()
  /** Stored hashes by message id, of the sessions met last. */
  const held = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>()
  /** 22 characters for every turn met: a fork repeats turns of its origin in another file, and they count once. */
  const met = new Set<string>()
  let notHeld: NotHeld[] = []
  let notHeldChars = 0

  async function storedOf(key: string, client: string, session: string) {
    const known = held.get(key)
    if (known !== undefined) return known
    const hashes = new Map<string, Set<string>>()
    for await (const { message_id, hash } of stored(client, session)) {
      const sameMessage = hashes.get(message_id)
      if (sameMessage === undefined) hashes.set(message_id, new Set([hash]))
      else sameMessage.add(hash)
    }
    const [oldest] = held.keys()
    if (held.size >= limits.verifySessionsHeldMax && oldest !== undefined) held.delete(oldest)
    held.set(key, hashes)
    return hashes
  }

  async function settle(): Promise<void> {
    if (notHeld.length === 0) return
    const judged = notHeld
    notHeld = []
    notHeldChars = 0
    const barred = await forgotten(judged.map(({ turn }) => turn))
    for (const { turn, verdict, differs } of judged) {
      if (barred.has(turn)) {
        verdict.forgotten += 1
        continue
      }
      if (differs) verdict.differing += 1
      else {
        verdict.missing += 1
        if (verdict.gaps.length < limits.verifyGapsListedMax) verdict.gaps.push(turn.message_id)
      }
      await onMissing?.(turn)
    }
  }

  return {
    settle,
    verdicts: () => [...sessions.values()],
    async compare(turn) {
      const { client, session_id, message_id, text } = turn
      const key = JSON.stringify([client, session_id])
      const turnKey = createHash('sha256').update(`${key}${message_id}`).digest('base64').slice(0, 22)
      if (met.has(turnKey)) return
      met.add(turnKey)
      const verdict = sessions.get(key) ?? emptyVerdict(client, session_id)
      sessions.set(key, verdict)
      verdict.on_disk += 1
      const hashes = (await storedOf(key, client, session_id)).get(message_id)
      const isHeld = (form: string): boolean => hashes?.has(contentHash(form)) === true
      if (isHeld(text) || (hashes !== undefined && storedForms(text).some(isHeld))) {
        verdict.stored += 1
        return
      }
      if (notHeldChars + text.length > limits.verifyAskedCharsMax) await settle()
      notHeld.push({ turn, verdict, differs: hashes !== undefined })
      notHeldChars += text.length
      if (notHeld.length >= limits.verifyAskedTurnsMax) await settle()
    },
  }
}

function emptyVerdict(client: string, session_id: string): Counting {
  return { client, session_id, on_disk: 0, stored: 0, forgotten: 0, gaps: [], missing: 0, differing: 0 }
}
