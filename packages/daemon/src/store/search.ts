// What ranking asks of a store, as plain data: how common words are, which passages hold some of them, what those
// passages are made of, and whose they are. The store finds; recall/ decides. A passage is a stretch of one memory (nearly
// always all of it) and is named by its seat (seats.ts). Seats hold good until the next write; one that has been
// vacated is simply missing from an answer.
import type { Memory, Role } from '../model/memory.ts'
import type { MemoryFilter } from './filter.ts'
import type { SeatRange } from './seats.ts'
import type { VectorRows } from './vectors.ts'

/** Where to look. Superseded memories are found too: the asker tells them apart. */
export type SearchScope = Omit<MemoryFilter, 'currentOnly' | 'trusts'>

/** Over everything in the projects asked about. */
export interface TermStats {
  readonly passages: number
  /** in all passages together, stop-words included */
  readonly words: number
  readonly chapters: number
  /** how many passages hold each term, in the order asked */
  readonly holding: readonly number[]
}

/** Both included, ms. */
export interface TimeSpan {
  readonly from: number
  readonly to: number
}

/** A question to the index that names seats, at most `limit` of them, the latest captured first to stay. */
export type Probe =
  /** Holds every term of `all` and, when `any` is not empty, one of `any`. */
  | {
      readonly find: 'terms'
      readonly all: readonly string[]
      readonly any: readonly string[]
      readonly limit: number
    }
  /** Holds `words` side by side. */
  | { readonly find: 'phrase'; readonly words: readonly string[]; readonly limit: number }
  /** Said within one of the spans. */
  | { readonly find: 'time'; readonly within: readonly TimeSpan[]; readonly limit: number }
  /** Is one of these. */
  | { readonly find: 'seats'; readonly seats: readonly number[]; readonly limit: number }

export interface PassageEvidence {
  readonly seat: number
  readonly role: Role
  readonly speaker: string | null
  readonly saidAt: number
  /** bits of text/surface.ts */
  readonly surface: number
  /** text/passage-terms.ts decodes them */
  readonly terms: string
}

export interface ChapterEvidence {
  readonly chapter: number
  readonly words: number
  readonly session: string
  /** the first chapter of its session */
  readonly opensSession: boolean
}

export interface Evidence {
  /** Ascending by seat. */
  readonly passages: readonly PassageEvidence[]
  readonly chapters: readonly ChapterEvidence[]
}

/** Who sits in a seat. */
export interface Occupant {
  readonly seat: number
  /** UTF-16 offsets of the passage within memory.text */
  readonly start: number
  readonly end: number
  readonly memory: FoundMemory
}

/** A memory as a search reads it. */
export interface FoundMemory extends Memory {
  /** What `text` lacks of a text longer than limits.searchTextBytesMax; the passage is in it. Absent where it is whole. */
  readonly cut?: TextCut
}

export interface TextCut {
  /** UTF-16 units before the first of `text`. */
  readonly charsBefore: number
  readonly hasMoreBehind: boolean
}

/** What a search may ask a store. Answers come at once and from one snapshot; asking changes nothing. */
export interface Searching {
  /** How common analysed terms are within `projects` (null: all), for planning a search and weighing words. */
  termStats(projects: readonly string[] | null, terms: readonly string[]): TermStats
  /** Seats that each probe names within `scope`, ascending. */
  probe(scope: SearchScope, probes: readonly Probe[]): readonly Float64Array[]
  /** What the passages of `ranges` are made of, and the chapters they are in. Ascending ranges that do not overlap. */
  evidence(ranges: readonly SeatRange[]): Evidence
  /** The memories in `seats`, in the order asked for; empty seats are left out. */
  occupants(seats: readonly number[]): readonly Occupant[]
  /** Rows of the vectors of the passages in `ranges`. */
  vectorRows(ranges: readonly SeatRange[]): VectorRows
}

/**
 * A question that takes many look-ups. It runs where the data is, so that only its answer has to travel; since a function
 * cannot be sent to a thread, a store's reader knows it by `name`. Pure: request and answer are plain data.
 */
export interface Search<Request, Answer> {
  readonly name: string
  run(searching: Searching, request: Request): Answer
}

// biome-ignore lint/suspicious/noExplicitAny: a list of searches whose requests differ; only their names are looked at.
export type AnySearch = Search<any, unknown>
