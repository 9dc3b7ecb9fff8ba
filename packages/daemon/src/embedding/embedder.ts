// What every embedder promises: texts in, unit vectors out. test/embedding/embedder-contract.ts holds each adapter to
// it. Vectors are only ever compared with vectors of the same embedder id.

export interface EmbedOptions {
  /** Gives up: the call rejects with the signal's reason, and work not yet begun is not begun. */
  readonly signal?: AbortSignal | undefined
  /**
   * How much more (above 1) or less (below) an index term says here than in general. An embedder that adds
   * up words weighs them by it, which helps questions; others ignore it.
   */
  readonly emphasis?: ReadonlyMap<string, number> | undefined
}

export interface Embedder {
  /** Names the model, its version and its width, such as `builtin-1:en:192`. Another id means: embed anew. */
  readonly id: string
  readonly dimensions: number
  /** More texts than this in one call are refused with `too_large`. */
  readonly batchTextsMax: number
  /** Its cosines are the unit in which recall reads all others (cosine-scale.ts), and are not measured. */
  readonly isReference?: true
  /**
   * One row per text, in order, each `dimensions` wide and of length 1, or all zero for a text that says nothing to
   * this embedder (an empty text, only stop-words): a zero row belongs in no index.
   * A text's row does not depend on the other texts. Rejects with AppError: `too_large`, `timeout`, `unavailable`.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>
  /** Ends what runs for it. Idempotent; `embed` rejects with `unavailable` afterwards. */
  close(): Promise<void>
}

/** True for the row of a text that says nothing. */
export function isZeroRow(row: Float32Array): boolean {
  return row.every((value) => value === 0)
}
