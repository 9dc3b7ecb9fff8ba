// Of what the user said about one thing at several times, the latest first: what one has, does or counts changes, and the
// older statement uses the question's words as well as the newer. Only such turns change places, and nothing is left out.
import { analyse } from '../text/analyser.ts'
import type { Cue } from './cue.ts'
import { createTermCounter, idfOf } from './documents.ts'
import type { Pool, PoolTurn } from './pool.ts'
import type { ScoredTurn } from './score.ts'

/** A later turn takes the place of an older one when it holds this much of the cue's words that the older one holds … */
const sharedPartMin = 0.7
/** … and scores this much of what the older one scores. */
const scorePartMin = 0.7
/** Only the places at the top are looked at, and only among the next best. */
const placesMax = 5
const candidatesMax = 20

/**
 * Asks to compare, order, list, sum up or advise: what was said first answers as well as what was said last. Only who
 * asks for one value is misled by an old one.
 */
const asksForSeveral =
  /\b(?:between|order|sequence|first|happened|summar\w*|overview|list|walk me|across|over time|throughout|different|should|would|could|can you|help me|suggest\w*|recommend\w*)\b/i

/**
 * `scored`, best first, with later turns directly above the older ones that they update. Between people, and for a cue
 * that names a time, everything stays as it is. Pure.
 */
export function newestFirst(cue: Cue, pool: Pool, scored: readonly ScoredTurn[]): readonly ScoredTurn[] {
  const hasAssistant = pool.turns.some(({ role }) => role === 'assistant')
  if (!hasAssistant || cue.window !== null || cue.asksAssistant || asksForSeveral.test(cue.text))
    return scored
  const sharedPart = createSharing(cue, pool)
  const ordered = scored.slice(0, candidatesMax)
  for (let place = 0; place < Math.min(placesMax, ordered.length); place += 1) {
    const older = ordered[place] as ScoredTurn
    if (!isStatement(older.turn)) continue
    const newer = latestOf(
      ordered
        .slice(place + 1)
        .filter(({ turn, score }) => isStatement(turn) && score >= scorePartMin * older.score)
        .filter(({ turn }) => turn.saidAt > older.turn.saidAt && turn.chapter !== older.turn.chapter)
        .filter(({ turn }) => sharedPart(older.turn, turn) >= sharedPartMin),
    )
    if (newer === null) continue
    ordered.splice(ordered.indexOf(newer), 1)
    ordered.splice(place, 0, newer)
  }
  return [...ordered, ...scored.slice(candidatesMax)]
}

function isStatement({ role }: PoolTurn): boolean {
  return role === 'user' || role === 'note'
}

function latestOf(turns: readonly ScoredTurn[]): ScoredTurn | null {
  return turns.reduce<ScoredTurn | null>(
    (latest, each) => (latest === null || each.turn.saidAt > latest.turn.saidAt ? each : latest),
    null,
  )
}

/** Ask for the latest, and are in no statement about it for that. */
const presentTerms = new Set(
  analyse('now currently current so far still already just recent recently latest'),
)

/** How much of the cue's words in one turn are in the other too, rare words counting more: 0..1. */
function createSharing(cue: Cue, { stats }: Pool): (older: PoolTurn, newer: PoolTurn) => number {
  const count = createTermCounter(cue.terms)
  const known = new Map<number, ArrayLike<number>>()
  const countsOf = (turn: PoolTurn): ArrayLike<number> => {
    const counts = known.get(turn.key) ?? count(turn.terms).counts
    known.set(turn.key, counts)
    return counts
  }
  const content = new Set(cue.content.filter((term) => !presentTerms.has(term)))
  const weights = cue.terms.map(({ term, isExtra }, place) =>
    isExtra || !content.has(term) ? 0 : idfOf(stats.turnFrequency[place] ?? 0, stats.turns),
  )
  return (older, newer) => {
    const [held, shared] = [countsOf(older), countsOf(newer)]
    let all = 0
    let common = 0
    weights.forEach((weight, place) => {
      if ((held[place] ?? 0) === 0) return
      all += weight
      if ((shared[place] ?? 0) > 0) common += weight
    })
    return all === 0 ? 0 : common / all
  }
}
