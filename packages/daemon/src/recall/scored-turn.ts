// A turn of the pool with what is said for it: what scoring makes, and judging, ordering and packing read.
import type { Components } from './evidence-columns.ts'
import type { PoolTurn } from './pool.ts'

export interface ScoredTurn {
  readonly turn: PoolTurn
  readonly score: number
  /** The part of the score that is about the cue (relevance.ts). */
  readonly relevance: number
  /** Something of the cue was found in it, around it or near it: more than habit speaks for it (relevance.ts). */
  readonly isFounded: boolean
  /** Unweighted evidence: the score is the sum of weights[name] × components[name]. Made when asked for: few are. */
  components(): Components
}
