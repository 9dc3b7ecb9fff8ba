// What ranking asks of a store, as plain data: how common words are, which passages hold some of them, what those
// passages are made of, and whose they are. The store finds; recall/ decides. A passage is a stretch of one memory (nearly
// always all of it) and is named by its seat (seats.ts). Seats hold good until the next write; one that has been
// vacated is simply missing from an answer.
import type { Memory, Role } from '../model/memory.ts'
import type { MemoryFilter } from './filter.ts'

/** Where to look. Superseded memories are found too: the asker tells them apart. */
export type SearchScope = Omit<MemoryFilter, 'currentOnly'>

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
  readonly memory: Memory
}
