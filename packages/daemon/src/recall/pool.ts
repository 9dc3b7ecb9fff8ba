// What scoring works on, as plain data: the turns that may answer, their neighbours, their sessions, and the statistics
// of the whole store. The store fills it; nothing here knows where it came from.
import type { Role } from '../model/memory.ts'
import type { PassageTerms } from '../text/passage-terms.ts'

export interface PoolTurn {
  /** Identifies the turn within the pool. */
  readonly key: number
  /** Sessions are numbered; turns of one session are numbered in order, without gaps. */
  readonly session: number
  readonly ordinal: number
  readonly role: Role
  /** Lower-cased; null when nobody is named. */
  readonly speaker: string | null
  readonly saidAt: number
  /** Bits of text/surface.ts. */
  readonly surface: number
  readonly terms: PassageTerms
}

/** How often each cue term (by its place in cue.terms) occurs in a whole session. */
export interface PoolSession {
  readonly wordCount: number
  readonly counts: readonly number[]
}

export interface PoolStats {
  readonly turns: number
  readonly averageTurnWords: number
  readonly sessions: number
  readonly averageSessionWords: number
  /** Turns and sessions that hold each cue term, by its place in cue.terms. */
  readonly turnFrequency: readonly number[]
  readonly sessionFrequency: readonly number[]
}

export interface Pool {
  readonly turns: readonly PoolTurn[]
  readonly sessions: ReadonlyMap<number, PoolSession>
  readonly stats: PoolStats
}
