// What was measured, question by question, and what it comes to. Kept on disk as it comes in, store by store, so that an
// interrupted run goes on where it was.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Ranked } from './bench-target.ts'
import type { BenchQuery, BenchStore } from './dataset.ts'
import { evaluateRanking, inOrderOfAppearance, type Metrics } from './metrics.ts'

export interface Outcome {
  readonly dataset: string
  readonly store: string
  readonly system: string
  readonly qid: string
  readonly type: string
  readonly abstain: boolean
  /** Asked in a store that it is not about. */
  readonly elsewhere: boolean
  readonly isEmpty: boolean
  /** null where the question has no gold */
  readonly turn: Metrics | null
  readonly session: Metrics | null
  readonly topScore: number | null
  readonly relevance: number | null
  readonly ms: number
}

export function outcomeOf(
  where: Pick<Outcome, 'dataset' | 'store' | 'system'>,
  query: BenchQuery,
  ranked: Ranked,
  store: BenchStore,
): Outcome {
  const sessionOf = new Map(store.turns.map((turn) => [turn.id, turn.sessionId]))
  const sessions = inOrderOfAppearance(ranked.turns.map((id) => sessionOf.get(id) ?? ''))
  const { qid, type, abstain, goldTurns, goldSessions } = query
  return {
    ...where,
    qid,
    type,
    abstain,
    elsewhere: false,
    isEmpty: ranked.turns.length === 0,
    turn: goldTurns.length === 0 ? null : evaluateRanking(ranked.turns, goldTurns),
    session: goldSessions.length === 0 ? null : evaluateRanking(sessions, goldSessions),
    topScore: ranked.topScore,
    relevance: ranked.relevance,
    ms: ranked.ms,
  }
}

/** Of a question asked in a store that it is not about: only whether anything was answered. */
export function outcomeElsewhere(
  where: Pick<Outcome, 'dataset' | 'store' | 'system'>,
  { qid, type, abstain }: BenchQuery,
  { turns, topScore, relevance, ms }: Ranked,
): Outcome {
  return {
    ...where,
    qid,
    type,
    abstain,
    elsewhere: true,
    isEmpty: turns.length === 0,
    turn: null,
    session: null,
    topScore,
    relevance,
    ms,
  }
}

export interface Progress {
  /** Outcomes of earlier, interrupted runs over the same data. */
  readonly earlier: readonly Outcome[]
  isDone(dataset: string, store: string): boolean
  /** Notes that a store is complete. */
  add(outcomes: readonly Outcome[]): void
  /** The run is complete: writes `report` to the file asked for and drops the notes. */
  finish(report: unknown): void
}

/** Without `file` nothing is kept. Notes of a run over other data or systems (another `label`) are not taken up. */
export function openProgress(file: string | undefined, label: string): Progress {
  const notes = file === undefined ? null : `${file}.partial.jsonl`
  const earlier = notes === null ? [] : readNotes(notes, label)
  const done = new Set(earlier.map(({ dataset, store }) => `${dataset}\n${store}`))
  // Written anew, because a line that was cut off would swallow the next one.
  if (notes !== null) writeFileSync(notes, `${JSON.stringify({ label })}\n${JSON.stringify(earlier)}\n`)
  return {
    earlier,
    isDone: (dataset, store) => done.has(`${dataset}\n${store}`),
    add(outcomes) {
      if (notes !== null) appendFileSync(notes, `${JSON.stringify(outcomes)}\n`)
    },
    finish(report) {
      if (file === undefined || notes === null) return
      writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
      rmSync(notes, { force: true })
    },
  }
}

function readNotes(notes: string, label: string): Outcome[] {
  if (!existsSync(notes)) return []
  const [head = '', ...lines] = readFileSync(notes, 'utf8').split('\n')
  if ((JSON.parse(head) as { label: string }).label !== label) return []
  return lines.flatMap((line) => {
    // The last line may have been cut off with the run.
    if (!line.endsWith(']')) return []
    return JSON.parse(line) as Outcome[]
  })
}
