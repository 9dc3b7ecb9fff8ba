// Moves data between recall, the vectors and the store: which seats are near the cue, and the rows of everything scored.
import type { SearchScope } from '../store/search.ts'
import type { SeatRange } from '../store/seats.ts'
import type { Store } from '../store/store.ts'
import { candidateLimits } from './candidates.ts'
import type { Cue } from './cue.ts'
import type { MeaningAnswer, MeaningQuestion } from './meaning.ts'
import type { PoolMeaning } from './pool.ts'
import { readRows } from './stored-vectors.ts'

export interface FoundByMeaning {
  /** The cue's unit vector; null when recall goes by words alone. */
  readonly vector: Float32Array | null
  /** Nearest first, all within the scope. */
  readonly seats: readonly number[]
  /** One line for the trace. */
  readonly told: string
}

/** Of a scope narrower than its projects, this many times as many are looked through. */
const filteredShare = 8

/** What to ask of the vectors for `cue`; asked before the words, so that both are looked up at once. */
export function meaningQuestion(cue: Cue, scope: SearchScope): MeaningQuestion {
  const limit = candidateLimits.meaningTurnsMax * (isFiltered(scope) ? filteredShare : 1)
  return { cue: cue.text, projects: scope.projects, limit }
}

/** What an answer of the vectors comes to within `scope`; nothing when there is none. */
export async function foundByMeaning(
  store: Store,
  scope: SearchScope,
  answer: MeaningAnswer,
): Promise<FoundByMeaning> {
  if (answer.kind === 'none') return { vector: null, seats: [], told: `by words alone: ${answer.why}` }
  const near = answer.hits.map(({ id }) => id)
  const within = isFiltered(scope) ? await seatsWithin(store, scope, near) : near
  const seats = within.slice(0, candidateLimits.meaningTurnsMax)
  return { vector: answer.vector, seats, told: `${seats.length} passages near the cue by meaning` }
}

function isFiltered({ projects: _, ...rest }: SearchScope): boolean {
  return Object.values(rest).some((value) => value !== undefined)
}

async function seatsWithin(store: Store, scope: SearchScope, seats: readonly number[]): Promise<number[]> {
  const [found] = await store.probe(scope, [{ find: 'seats', seats, limit: seats.length }])
  const within = new Set(found)
  return seats.filter((seat) => within.has(seat))
}

/** What the vectors say of the passages in `ranges`; null without them. */
export async function rowsForPool(
  store: Store,
  { vector, seats }: FoundByMeaning,
  ranges: readonly SeatRange[],
): Promise<PoolMeaning | null> {
  if (vector === null) return null
  const rows = await readRows(store, ranges)
  // Rows of another embedder, in the moment in which it takes over, say nothing here.
  const isOfVector = [...rows.values()].every((row) => row.length === vector.length)
  return isOfVector ? { vector, rows, nearest: seats } : null
}
