// What scoring works on, as plain data: the turns that may answer with their neighbours, the chapters they stand in, and
// the statistics of the whole store. The store fills it; nothing here knows where it came from.
import type { CosineScale } from '../embedding/cosine-scale.ts'
import type { Role } from '../model/memory.ts'
import type { PassageTerms } from '../text/passage-terms.ts'
import type { Document } from './documents.ts'

export interface PoolTurn {
  /** Identifies the turn within the pool (its seat). */
  readonly key: number
  /** Keys of the turns said just before and after it in its session; null at the ends, and for notes without a session. */
  readonly previous: number | null
  readonly next: number | null
  /** The stretch of its session that counts as one document. */
  readonly chapter: number
  /** The first of its session. */
  readonly opens: boolean
  readonly role: Role
  /** Lower-cased; null when nobody is named. */
  readonly speaker: string | null
  readonly saidAt: number
  /** Bits of text/surface.ts. */
  readonly surface: number
  readonly terms: PassageTerms
}

export interface PoolStats {
  readonly turns: number
  readonly averageTurnWords: number
  readonly sessions: number
  readonly averageSessionWords: number
  /** Turns and session chapters that hold each cue term, by its place in cue.terms. */
  readonly turnFrequency: readonly number[]
  readonly sessionFrequency: readonly number[]
}

/** What vectors say of the pool. */
export interface PoolMeaning {
  /** The cue's unit vector. */
  readonly vector: Float32Array
  /** How its cosines read. */
  readonly scale: CosineScale
  /** Rows of the turns that have one, by key. */
  readonly rows: ReadonlyMap<number, Int8Array>
  /** Keys of the turns nearest to the cue: what they have in common does not tell them apart. */
  readonly nearest: readonly number[]
}

export interface Pool {
  readonly turns: readonly PoolTurn[]
  /** How many turns of each chapter hold each cue term, and the words of all of them. */
  readonly chapters: ReadonlyMap<number, Document>
  /** Keys of turns that hold a quoted phrase of the cue, word for word. */
  readonly exact: ReadonlySet<number>
  /** Chapters of the asker's own session. */
  readonly ownChapters: ReadonlySet<number>
  /** null: recall goes by words alone. */
  readonly meaning: PoolMeaning | null
  readonly stats: PoolStats
}
