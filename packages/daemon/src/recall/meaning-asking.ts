// Moves data between recall, the vectors and the store: which seats are near the cue, and the rows of everything scored.
import { builtinScale, type CosineScale } from '../embedding/cosine-scale.ts'
import type { Searching, SearchScope } from '../store/search.ts'
import type { SeatRange } from '../store/seats.ts'
import type { RecallRequest } from './answer.ts'
import { candidateLimits } from './candidates.ts'
import type { MeaningAnswer, MeaningQuestion } from './meaning.ts'
import type { PoolMeaning } from './pool.ts'
import { rowsBySeat } from './stored-vectors.ts'

export interface FoundByMeaning {
  /** The cue's unit vector; null when recall goes by words alone. */
  readonly vector: Float32Array | null
  /** How its cosines read. */
  readonly scale: CosineScale
  /** Nearest first, all within the scope. */
  readonly seats: readonly number[]
  /** One line for the trace. */
  readonly told: string
}

/** Of a scope narrower than its projects, this many times as many are looked through. */
const filteredShare = 8

/** What to ask of the vectors before a recall. */
export function meaningQuestion(request: Omit<RecallRequest, 'meaning'>): MeaningQuestion {
  const { cue, projects, session, client, roles, since, until, pinnedOnly } = request
  const filters = [session, client, roles, since, until, pinnedOnly]
  const isFiltered = filters.some((each) => each !== undefined && each !== false)
  return { cue, projects, limit: candidateLimits.meaningTurnsMax * (isFiltered ? filteredShare : 1) }
}

/** What an answer of the vectors comes to within `scope`; nothing when there is none. */
export function foundByMeaning(
  searching: Searching,
  scope: SearchScope,
  answer: MeaningAnswer,
): FoundByMeaning {
  if (answer.kind === 'none')
    return { vector: null, scale: builtinScale, seats: [], told: `by words alone: ${answer.why}` }
  const { vector, scale, nearest } = answer
  const seats = withinScope(searching, scope, nearest).slice(0, candidateLimits.meaningTurnsMax)
  return { vector, scale, seats, told: `${seats.length} passages near the cue by meaning` }
}

/** The vectors know of projects only. */
function withinScope(searching: Searching, scope: SearchScope, seats: readonly number[]): readonly number[] {
  const { projects: _, ...rest } = scope
  if (Object.values(rest).every((each) => each === undefined)) return seats
  const [within] = searching.probe(scope, [{ find: 'seats', seats, limit: seats.length }])
  const isWithin = new Set(within)
  return seats.filter((seat) => isWithin.has(seat))
}

/** What the vectors say of the passages in `ranges`; null without them. */
export function rowsForPool(
  searching: Searching,
  { vector, scale, seats }: FoundByMeaning,
  ranges: readonly SeatRange[],
): PoolMeaning | null {
  if (vector === null) return null
  const rows = rowsBySeat(searching.vectorRows(ranges))
  // Rows of another embedder, in the moment in which it takes over, say nothing here.
  const isOfVector = [...rows.values()].every((row) => row.length === vector.length)
  return isOfVector ? { vector, scale, rows, nearest: seats } : null
}
