// Of what the user said about one thing at several times, the later first: what one has, does or counts changes, and the
// older statement uses the question's words as well as the newer. Only such turns change places, nothing is left out, and
// both stand in the answer, the older one directly behind. What was measured: docs/benchmarks.md.
import { analyse } from '../text/analyser.ts'
import type { Cue } from './cue.ts'
import { createTermCounter, idfOf } from './documents.ts'
import type { Pool, PoolTurn } from './pool.ts'
import type { ScoredTurn } from './scored-turn.ts'

/**
 * A later turn takes the place of an older one when it holds `shared` of what the older one holds of the cue's words and
 * scores `score` of what it scores. A cue that asks for what holds now is content with a looser match.
 */
const usualBars = { shared: 0.7, score: 0.7 }
const barsForNow = { shared: 0.5, score: 0.6 }
/** Within one session: so many turns later, or after a pause after which it is as good as another session. */
const apart = { turnsMin: 40, msMin: 4 * 3_600_000 }
/** Only the places at the top are looked at, and only among the next best. */
const placesMax = 5
const candidatesMax = 20

const asksForNow =
  /\b(?:now|nowadays|current(?:ly)?|so far|at the moment|these days|lately|latest|(?:most )?recent(?:ly)?|still|already)\b/i

/** `scored`, best first, with later turns directly above the older ones that they update. Pure. */
export function newestFirst(cue: Cue, pool: Pool, scored: readonly ScoredTurn[]): readonly ScoredTurn[] {
  if (!asksForValue(cue) || !hasAssistant(pool)) return scored
  const forNow = asksForNow.test(cue.text)
  const isUpdate = createUpdateTest(cue, pool, forNow ? barsForNow : usualBars)
  const ordered = scored.slice(0, candidatesMax)
  const settled = new Set<ScoredTurn>()
  for (let place = 0; place < Math.min(placesMax, ordered.length); place += 1) {
    const older = ordered[place] as ScoredTurn
    if (settled.has(older)) continue
    // The nearest match, not the latest: of many later turns the latest is mostly about something else.
    const at = ordered.findIndex(
      (newer, index) => index > place && !settled.has(newer) && isUpdate(older, newer),
    )
    if (at === -1) continue
    const [newer] = ordered.splice(at, 1) as [ScoredTurn]
    ordered.splice(place, 0, newer)
    settled.add(older)
    // What holds now may have changed more than once.
    if (forNow) place -= 1
    else settled.add(newer)
  }
  return [...ordered, ...scored.slice(candidatesMax)]
}

/** Yes or no, or something to be done: an older statement answers as well, or none does. */
const asksOtherwise =
  /^(?:have|has|had|do|does|did|is|are|was|were|am|will|can|could|would|should|may)\b(?! (?:you|we) (?:know|remember|recall|tell|say)\b)|^how (?!many|much|long|often|old|far|big|tall|soon)|\bdid (?:I|we) (?:say|mention|tell|describe|note|state)\b|\b(?:I|we) (?:said|mentioned|told)\b/i

/** A value, which may have changed; not what was said when, nor what held at a time that is named. */
function asksForValue({ text, asksAssistant, namesPast }: Cue): boolean {
  return !asksAssistant && !namesPast && !asksOtherwise.test(text.trimStart())
}

/** Between people two statements are mostly those of two, or of two days, and both hold. */
function hasAssistant({ turns }: Pool): boolean {
  return turns.some(({ role }) => role === 'assistant')
}

type UpdateTest = (older: ScoredTurn, newer: ScoredTurn) => boolean

function createUpdateTest(cue: Cue, pool: Pool, bars: typeof usualBars): UpdateTest {
  const sharedPart = createSharing(cue, pool)
  return (older, newer) =>
    isStatement(older.turn) &&
    isStatement(newer.turn) &&
    newer.turn.saidAt > older.turn.saidAt &&
    isApart(older.turn, newer.turn) &&
    newer.score >= bars.score * older.score &&
    sharedPart(older.turn, newer.turn) >= bars.shared
}

/** Close by in one session two statements belong together: the later one adds to the older rather than replacing it. */
function isApart(older: PoolTurn, newer: PoolTurn): boolean {
  return (
    newer.chapter !== older.chapter ||
    newer.key - older.key >= apart.turnsMin ||
    newer.saidAt - older.saidAt >= apart.msMin
  )
}

function isStatement({ role }: PoolTurn): boolean {
  return role === 'user' || role === 'note'
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
  const weights = cue.terms.map(({ term, isExtra, weight, sideBySide }, place) =>
    isExtra || !(content.has(term) || sideBySide !== null)
      ? 0
      : weight * idfOf(stats.turnFrequency[place] ?? 0, stats.turns),
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
