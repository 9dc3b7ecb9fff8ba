// The fused score: every piece of evidence for every turn of the pool, weighted and summed. Pure, and independent of the
// order in which the pool was collected. What each piece means is said in weights.ts.
import { surfaceFlags } from '../text/surface.ts'
import { bigramEvidence } from './bigrams.ts'
import type { Cue } from './cue.ts'
import { bm25, createJoining, createTermCounter, idfOf, type TurnDocument } from './documents.ts'
import {
  type Columns,
  type Components,
  componentNames,
  componentsAt,
  emptyColumns,
  weightedSums,
} from './evidence-columns.ts'
import { addMeaning } from './meaning-evidence.ts'
import { type Neighbours, neighboursOf } from './neighbours.ts'
import type { Pool, PoolTurn } from './pool.ts'
import { foundedOf, relevancesOf } from './relevance.ts'
import type { ScoredTurn } from './scored-turn.ts'
import { isInWindow } from './time-window.ts'
import { bm25Settings, relevantTermsMax, weights } from './weights.ts'

/** All turns of the pool with their scores, best first; equal scores newest first, then by key. */
export function scorePool(cue: Cue, pool: Pool): ScoredTurn[] {
  const neighbours = neighboursOf(pool.turns)
  const columns = gatherEvidence(cue, pool, neighbours)
  const nearness = addMeaning(cue, pool, neighbours, columns)
  const scores = weightedSums(componentNames, columns)
  const relevances = relevancesOf(columns, cueLengthOf(cue, pool), nearness, pool.stats.turns)
  const isFounded = foundedOf(columns, nearness)
  return pool.turns
    .map((turn, index) => ({
      turn,
      score: scores[index] as number,
      relevance: relevances[index] as number,
      isFounded: isFounded[index] as boolean,
      components: () => componentsAt(columns, index),
    }))
    .sort((a, b) => b.score - a.score || b.turn.saidAt - a.turn.saidAt || a.turn.key - b.turn.key)
}
/** What each piece of evidence adds to the score; together they are the score. */
export function contributionsOf(components: Components): Components {
  const shares = componentNames.map((name) => [name, weights[name] * components[name] + 0])
  return Object.fromEntries(shares) as Components
}

/** The evidence of everything but vectors, whose columns are still empty. */
function gatherEvidence(cue: Cue, pool: Pool, neighbours: Neighbours): Columns {
  const scales = scalesOf(cue, pool)
  const count = createTermCounter(cue.terms)
  const join = createJoining(cue.terms.length)
  const documents = pool.turns.map((turn) => count(turn.terms))
  const bigrams = bigramEvidence(
    contentPlaces(cue),
    cue.terms.map(({ weight }) => weight),
    documents,
    pool.stats.turns,
  )
  const chapters = chapterScores(pool, scales)
  const talk = talkOf(cue, pool.turns)
  const documentAt = (index: number) => (index < 0 ? undefined : (documents[index] as TurnDocument))
  const columns = emptyColumns(pool.turns.length)
  columns.bigram.set(bigrams)

  pool.turns.forEach((turn, index) => {
    const own = documents[index] as TurnDocument
    const next = documentAt(neighbours.next[index] as number)
    const previous = documentAt(neighbours.previous[index] as number)
    const partner = talk.hasAssistant && turn.role === 'user' ? next : previous
    const round = partner === undefined ? own : join(own, partner)
    const fromUser = talk.hasAssistant && (turn.role === 'user' || turn.role === 'note')
    columns.turn[index] = scales.turn(own)
    columns.round[index] = scales.round(round)
    columns.session[index] = chapters.get(turn.chapter) ?? 0
    columns.next[index] = next === undefined ? 0 : scales.next(next)
    columns.phrase[index] = flag(pool.exact.has(turn.key))
    columns.window[index] = flag(cue.window !== null && isInWindow(turn.saidAt, cue.window))
    columns.speaker[index] = flag(talk.named !== null && turn.speaker === talk.named)
    columns.user[index] = flag(fromUser && !cue.asksAssistant)
    columns.assistant[index] = flag(cue.asksAssistant && turn.role === 'assistant')
    columns.opening[index] = flag(talk.hasAssistant && turn.opens)
    columns.wish[index] = flag(fromUser && cue.wants.advice && shows(turn, 'statesWish'))
    columns.number[index] = flag(cue.wants.number && shows(turn, 'hasNumber'))
    columns.time[index] = flag(cue.wants.time && shows(turn, 'hasTime'))
    columns.name[index] = flag(cue.wants.name && shows(turn, 'hasName'))
    columns.question[index] = flag(!talk.hasAssistant && shows(turn, 'endsWithQuestion'))
    columns.own[index] = flag(pool.ownChapters.has(turn.chapter))
  })
  return columns
}

const flag = (holds: boolean) => (holds ? 1 : 0)
const shows = (turn: PoolTurn, name: keyof typeof surfaceFlags) => (turn.surface & surfaceFlags[name]) !== 0

type Scale = (document: { counts: ArrayLike<number>; words: number }) => number

interface Scales {
  readonly turn: Scale
  readonly round: Scale
  readonly next: Scale
  readonly session: Scale
}

/** BM25 for each kind of document, divided by the cue's total idf so that scores of all cues are on one scale. */
function scalesOf(cue: Cue, { stats }: Pool): Scales {
  const turnIdf = weighedIdf(cue, stats.turnFrequency, stats.turns)
  const sessionIdf = weighedIdf(cue, stats.sessionFrequency, stats.sessions)
  const turnTotal = idfTotal(cue, turnIdf, stats.turnFrequency, stats.turns)
  const sessionTotal = idfTotal(cue, sessionIdf, stats.sessionFrequency, stats.sessions)
  const { averageTurnWords, averageSessionWords } = stats
  return {
    turn: (document) => bm25(document, turnIdf, bm25Settings.turn, averageTurnWords) / turnTotal,
    round: (document) => bm25(document, turnIdf, bm25Settings.round, averageTurnWords * 2) / turnTotal,
    next: (document) => bm25(document, turnIdf, bm25Settings.next, averageTurnWords) / turnTotal,
    session: (document) =>
      bm25(document, sessionIdf, bm25Settings.session, averageSessionWords) / sessionTotal,
  }
}

function weighedIdf({ terms }: Cue, frequencies: readonly number[], documents: number): number[] {
  return frequencies.map((frequency, place) => (terms[place]?.weight ?? 1) * idfOf(frequency, documents))
}

function idfTotal(
  cue: Cue,
  idf: readonly number[],
  frequencies: readonly number[],
  documents: number,
): number {
  return askedIdf(cue, idf, frequencies, documents).reduce((sum, each) => sum + each, 1e-6)
}

/**
 * What each term of the cue asks for. A word the store has never seen still counts half: a cue half of strange words is
 * half answered at best.
 */
function askedIdf(
  cue: Cue,
  idf: readonly number[],
  frequencies: readonly number[],
  documents: number,
): number[] {
  return cue.terms.map((term, place) => {
    if ((frequencies[place] as number) > 0) return idf[place] as number
    return term.isExtra ? 0 : 0.5 * term.weight * idfOf(0, documents)
  })
}

/** How much more the cue asks for than its rarest words do: 1 unless it is long. */
function cueLengthOf(cue: Cue, { stats }: Pool): number {
  const idf = weighedIdf(cue, stats.turnFrequency, stats.turns)
  const asked = askedIdf(cue, idf, stats.turnFrequency, stats.turns).sort((a, b) => b - a)
  const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 1e-6)
  return sum(asked) / sum(asked.slice(0, relevantTermsMax))
}

function contentPlaces(cue: Cue): number[] {
  const places = new Map(cue.terms.map(({ term, isExtra }, place) => [isExtra ? '' : term, place]))
  return cue.content.flatMap((word) => places.get(word) ?? [])
}

function chapterScores(pool: Pool, scales: Scales): Map<number, number> {
  const scores = new Map<number, number>()
  for (const [number, chapter] of pool.chapters) scores.set(number, scales.session(chapter))
  return scores
}

interface Talk {
  /** Then turns pair as request and answer, and what the user said counts more. */
  readonly hasAssistant: boolean
  /** The one speaker the cue names; null when it names none or several. */
  readonly named: string | null
}

function talkOf(cue: Cue, turns: readonly PoolTurn[]): Talk {
  const speakers = new Set<string>()
  for (const { speaker } of turns) if (speaker !== null) speakers.add(speaker)
  const words = ` ${cue.text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `
  const named = [...speakers].filter((speaker) => words.includes(` ${speaker} `))
  return {
    hasAssistant: turns.some((turn) => turn.role === 'assistant'),
    named: named.length === 1 ? (named[0] as string) : null,
  }
}
