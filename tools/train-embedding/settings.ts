// Every number that shapes the model, in one place. docs/model-card.md says what they mean and what was tried.

import type { ImportanceSettings } from './importance.ts'
import type { RetrofitSettings } from './retrofit.ts'

export interface TrainSettings {
  readonly name: string
  readonly seed: number
  /** Rows for whole stems, and for sub-word pieces. */
  readonly words: number
  readonly pieces: number
  /** Width while training, and when shipped. */
  readonly trainedDimensions: number
  readonly dimensions: number
  readonly contrast: {
    /** Pairs per batch; two batches make a step. */
    readonly batch: number
    readonly passes: number
    /** Times it is done from the same start with the pairs in another order; the rows are the mean of all. */
    readonly runs: number
    readonly temperature: number
    readonly rate: number
    /** A word of the question that also stands in the answer survives with this probability. */
    readonly sharedKeep: number
    /** Any word of the question is dropped with this probability. */
    readonly anyDrop: number
  }
  readonly retrofit: RetrofitSettings
  readonly postProcess: {
    readonly frequentStems: number
    readonly dropComponents: number
    readonly evening: number
  }
  readonly importance: ImportanceSettings
  /** A stem of share p weighs a / (a + p) in a text (Arora et al. 2017). */
  readonly frequencyWeight: number
  /** What a word guessed from its pieces weighs. */
  readonly unknownWeight: number
  /** Room for the co-occurrence matrix and every dense matrix; only what is touched is taken. */
  readonly heapBytes: number
}

export const shippedSettings: TrainSettings = {
  name: 'english-3',
  seed: 1,
  words: 28_000,
  pieces: 4_096,
  trainedDimensions: 256,
  dimensions: 240,
  contrast: { batch: 1024, passes: 1, runs: 4, temperature: 0.07, rate: 0.009, sharedKeep: 0.4, anyDrop: 0 },
  postProcess: { frequentStems: 12_000, dropComponents: 6, evening: 0.5 },
  retrofit: { cosineMin: 0.05, share: 0.3 },
  importance: { bands: 60, lengthMax: 1.2, power: 2 },
  frequencyWeight: 1e-3,
  unknownWeight: 0.5,
  heapBytes: 2_400_000_000,
}
