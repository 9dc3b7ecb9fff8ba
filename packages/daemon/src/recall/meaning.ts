// What recall asks of vectors, as a seam: the passages nearest to a cue by meaning. Whoever answers does so in time or
// says why not; recall then goes by words alone.
import type { CosineScale } from '../embedding/cosine-scale.ts'

export interface MeaningQuestion {
  readonly cue: string
  /** Keys of the projects to look in; null means all. */
  readonly projects: readonly string[] | null
  readonly limit: number
}

export type MeaningAnswer =
  | {
      readonly kind: 'found'
      /** The cue's unit vector. */
      readonly vector: Float32Array
      /** How its cosines read: recall knows one unit of nearness, whoever makes the vectors. */
      readonly scale: CosineScale
      /** Seats, nearest first. */
      readonly nearest: readonly number[]
    }
  | { readonly kind: 'none'; readonly why: string }

export interface Meaning {
  /** Answers within limits.recallMeaningMsMax; never rejects. */
  nearest(question: MeaningQuestion): Promise<MeaningAnswer>
}

export const noMeaning: Meaning = {
  nearest: async () => ({ kind: 'none', why: 'embedding is off' }),
}
