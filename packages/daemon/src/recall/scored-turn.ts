// A turn of the pool with what is said for it: what scoring makes, and judging, ordering and packing read.
import type { Components } from './meaning-evidence.ts'
import type { PoolTurn } from './pool.ts'

export interface ScoredTurn {
  readonly turn: PoolTurn
  readonly score: number
  /** Unweighted evidence: the score is the sum of weights[name] × components[name]. */
  readonly components: Components
  /** The part of the score that is about the cue (relevance.ts). */
  readonly relevance: number
  /** Cosine with the cue, on the scale of its embedder; 0 without vectors. */
  readonly nearness: number
}
