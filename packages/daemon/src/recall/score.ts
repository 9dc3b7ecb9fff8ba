// The fused score: every piece of evidence for every turn of the pool, weighted and summed. Pure, and independent of the
// order in which the pool was collected. What each piece means is said in weights.ts.
import { surfaceFlags } from '../text/surface.ts'
import { bigramEvidence } from './bigrams.ts'
import type { Cue } from './cue.ts'
import type { Pool, PoolStats, PoolTurn } from './pool.ts'
import { isInWindow } from './time-window.ts'
import { bm25Settings, type Component, weights } from './weights.ts'

export interface ScoredTurn {
  readonly turn: PoolTurn
  readonly score: number
  /** Unweighted evidence; weights[name] × components[name] summed is the score. */
  readonly components: Readonly<Record<Component, number>>
}

/** All turns of the pool with their scores, best first; equal scores newest first, then by key. */
export function scorePool(cue: Cue, pool: Pool): ScoredTurn[] {
  const evidence = gatherEvidence(cue, pool)
  return evidence
    .map(({ turn, components }) => ({ turn, components, score: weightedSum(components) }))
    .sort((a, b) => b.score - a.score || b.turn.saidAt - a.turn.saidAt || a.turn.key - b.turn.key)
}

type Components = Record<Component, number>

export function weightedSum(components: Readonly<Components>): number {
  let sum = 0
  for (const name of Object.keys(weights) as Component[]) sum += weights[name] * components[name]
  return sum
}

/** One document for BM25: how often it holds each cue term, and its length in words. */
interface Document {
  readonly counts: Float64Array
  readonly words: number
}

export function gatherEvidence(cue: Cue, pool: Pool): { turn: PoolTurn; components: Components }[] {
  const { stats } = pool
  const turnIdf = idfOf(stats.turnFrequency, stats.turns)
  const sessionIdf = idfOf(stats.sessionFrequency, stats.sessions)
  const turnTotal = idfTotal(cue, turnIdf, stats.turnFrequency, stats.turns)
  const sessionTotal = idfTotal(cue, sessionIdf, stats.sessionFrequency, stats.sessions)
  const places = new Map(cue.terms.map((term, place) => [term.hash, place]))
  const bySeat = new Map<string, PoolTurn>()
  for (const turn of pool.turns) bySeat.set(seat(turn.session, turn.ordinal), turn)
  const documents = new Map<PoolTurn, Document>()
  for (const turn of pool.turns) documents.set(turn, countTerms(turn, places, cue.terms.length))
  const conversation = conversationOf(pool.turns)
  const named = namedSpeaker(cue, pool.turns)
  const bigrams = bigramEvidence(cue, pool.turns, stats.turns)
  const sessionScores = new Map<number, number>()
  for (const [number, session] of pool.sessions) {
    const document = { counts: Float64Array.from(session.counts), words: session.wordCount }
    sessionScores.set(
      number,
      bm25(document, sessionIdf, bm25Settings.session, stats.averageSessionWords) / sessionTotal,
    )
  }
  const neighbour = (turn: PoolTurn, step: 1 | -1) => bySeat.get(seat(turn.session, turn.ordinal + step))

  return pool.turns.map((turn) => {
    const own = documents.get(turn) as Document
    const next = neighbour(turn, 1)
    const partner = conversation.hasAssistant && turn.role !== 'assistant' ? next : neighbour(turn, -1)
    const round = partner === undefined ? own : joined(own, documents.get(partner) as Document)
    const components: Components = {
      turn: bm25(own, turnIdf, bm25Settings.turn, stats.averageTurnWords) / turnTotal,
      round: bm25(round, turnIdf, bm25Settings.round, stats.averageTurnWords * 2) / turnTotal,
      session: sessionScores.get(turn.session) ?? 0,
      bigram: bigrams.get(turn) ?? 0,
      next:
        next === undefined
          ? 0
          : bm25(documents.get(next) as Document, turnIdf, bm25Settings.next, stats.averageTurnWords) /
            turnTotal,
      window: cue.window !== null && isInWindow(turn.saidAt, cue.window) ? 1 : 0,
      speaker: named !== null && turn.speaker === named ? 1 : 0,
      user: conversation.hasAssistant && turn.role !== 'assistant' && !cue.asksAssistant ? 1 : 0,
      opening: conversation.hasAssistant && turn.ordinal === 0 ? 1 : 0,
      wish:
        conversation.hasAssistant &&
        cue.wants.advice &&
        turn.role !== 'assistant' &&
        (turn.surface & surfaceFlags.statesWish) !== 0
          ? 1
          : 0,
      number: cue.wants.number && (turn.surface & surfaceFlags.hasNumber) !== 0 ? 1 : 0,
      time: cue.wants.time && (turn.surface & surfaceFlags.hasTime) !== 0 ? 1 : 0,
      name: cue.wants.name && (turn.surface & surfaceFlags.hasName) !== 0 ? 1 : 0,
      question: !conversation.hasAssistant && (turn.surface & surfaceFlags.endsWithQuestion) !== 0 ? 1 : 0,
    }
    return { turn, components }
  })
}

const seat = (session: number, ordinal: number) => `${session}/${ordinal}`

function countTerms(turn: PoolTurn, places: ReadonlyMap<number, number>, size: number): Document {
  const counts = new Float64Array(size)
  for (const hash of turn.terms.hashes) {
    const place = places.get(hash)
    if (place !== undefined) counts[place] = (counts[place] as number) + 1
  }
  return { counts, words: turn.terms.wordCount }
}

function joined(a: Document, b: Document): Document {
  return {
    counts: a.counts.map((count, place) => count + (b.counts[place] as number)),
    words: a.words + b.words,
  }
}

function idfOf(frequencies: readonly number[], documents: number): number[] {
  return frequencies.map((frequency) =>
    Math.log(1 + (Math.max(0, documents - frequency) + 0.5) / (frequency + 0.5)),
  )
}

/** A word the store has never seen still counts half: a cue half of strange words is half answered at best. */
function idfTotal(
  cue: Cue,
  idf: readonly number[],
  frequencies: readonly number[],
  documents: number,
): number {
  let total = 1e-6
  cue.terms.forEach((term, place) => {
    if ((frequencies[place] as number) > 0) total += idf[place] as number
    else if (!term.isExtra) total += 0.5 * Math.log(1 + documents / 0.5)
  })
  return total
}

function bm25(
  document: Document,
  idf: readonly number[],
  settings: { k1: number; b: number },
  average: number,
): number {
  const { k1, b } = settings
  const norm = k1 * (1 - b + (b * document.words) / Math.max(average, 1e-6))
  let sum = 0
  for (let place = 0; place < idf.length; place++) {
    const count = document.counts[place] as number
    if (count > 0) sum += ((idf[place] as number) * count * (k1 + 1)) / (count + norm)
  }
  return sum
}

/** Whether an assistant takes part: then turns pair as question and answer, and what the user said counts more. */
function conversationOf(turns: readonly PoolTurn[]): { hasAssistant: boolean } {
  return { hasAssistant: turns.some((turn) => turn.role === 'assistant') }
}

/** The one speaker the cue names; null when it names none or several. */
function namedSpeaker(cue: Cue, turns: readonly PoolTurn[]): string | null {
  const text = cue.text.toLowerCase()
  const speakers = new Set<string>()
  for (const turn of turns) if (turn.speaker !== null) speakers.add(turn.speaker)
  const named = [...speakers].filter((speaker) => text.includes(speaker))
  return named.length === 1 ? (named[0] as string) : null
}

export type { PoolStats }
