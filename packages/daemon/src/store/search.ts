// What ranking asks of a store, as plain data: term statistics, then a pool of candidate passages. The store finds;
// recall/ scores. A passage is a stretch of one memory (short memories have one); long turns are indexed in parts.
import type { Memory } from '../model/memory.ts'
import type { MemoryFilter } from './store.ts'

/** Statistics over the whole store, in passages. */
export interface TermStats {
  readonly passages: number
  /** mean number of indexed terms in a passage */
  readonly averageTerms: number
  readonly frequency: ReadonlyMap<string, number>
}

export interface SearchRequest {
  readonly filter: MemoryFilter
  /** Conjunctions of analysed terms: a passage matches when it holds all terms of any one group. */
  readonly groups: readonly (readonly string[])[]
  /** Analysed terms that must stand next to each other, each an alternative beside `groups`. */
  readonly phrases: readonly (readonly string[])[]
  /** At most this many passages, best BM25 first. */
  readonly limit: number
}

export interface Candidate {
  readonly memory: Memory
  /** UTF-16 offsets of the passage within memory.text. */
  readonly start: number
  readonly end: number
  /** Analysed terms of the passage, in order. */
  readonly terms: readonly string[]
  /** SQLite FTS5 bm25() of the passage for the request, made positive: larger is better. */
  readonly bm25: number
}

export interface SearchPool {
  readonly candidates: readonly Candidate[]
}
