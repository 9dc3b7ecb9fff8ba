// What the daemon can say about its vectors: who makes them, whether recall uses them, how many are missing.

export interface EmbeddingState {
  /**
   * opening: the embedder is not there yet · loading: the vectors kept are read · catching up: memories wait for theirs,
   * and recall goes by words alone until they have them · ready · failing: tried again every so often
   */
  readonly state: 'off' | 'opening' | 'loading' | 'catching up' | 'ready' | 'failing'
  /** id of the embedder; null before it is known */
  readonly embedder: string | null
  /** Passages that recall can find by meaning. */
  readonly vectors: number
  /** About how many memories have yet to be embedded. */
  readonly waiting: number
  /** Host that texts are sent to; null: none, they stay in this process. */
  readonly sendsTextTo: string | null
  /** Why it is failing, or null. */
  readonly failure: string | null
}

export const embeddingOff: EmbeddingState = {
  state: 'off',
  embedder: null,
  vectors: 0,
  waiting: 0,
  sendsTextTo: null,
  failure: null,
}
