// The part of a store that keeps vectors of passages: bytes that the store does not read, made by an embedder that it
// knows by name only. Keeps: vectors of one embedder count at a time; none outlives its passage; what was captured is
// handed out to be embedded until it has been.

/** What of one memory is to be embedded: its first limits.vectorPassagesPerMemoryMax passages. */
export interface TextsOfMemory {
  readonly memory: string
  readonly project: string
  readonly passages: readonly { readonly seat: number; readonly text: string }[]
}

export interface PassageVector {
  readonly seat: number
  /** exact enough to decide between neighbours */
  readonly row: Int8Array
  /** small enough to be kept in memory for all passages */
  readonly code: Uint8Array
}

export interface VectorsOfMemory {
  readonly memory: string
  /** A passage that says nothing to the embedder has none. */
  readonly vectors: readonly PassageVector[]
}

/** Codes of one project, side by side. */
export interface VectorCodes {
  readonly project: string
  /** Ascending. */
  readonly seats: Float64Array
  /** All codes end to end. */
  readonly codes: Uint8Array
}

/** Rows side by side. */
export interface VectorRows {
  /** Ascending within each range asked for; seats without a vector are left out. */
  readonly seats: Float64Array
  /** All rows end to end. */
  readonly rows: Int8Array
}

export interface VectorStore {
  /** Vectors made by any other embedder count for nothing from now on, and every memory is to be embedded again. */
  useEmbedder(id: string): Promise<void>
  /** Keeps what was measured of the embedder in use, as text that the store does not read; nothing of any other. */
  keepMeasured(embedder: string, measured: string): Promise<void>
  /** What was kept of it; null: nothing yet, or another embedder is in use. */
  measured(embedder: string): Promise<string | null>
  /** Memories that the embedder in use has yet to see, in order of arrival: about `passagesMax` passages, or one memory. */
  textsToEmbed(passagesMax: number): Promise<readonly TextsOfMemory[]>
  /**
   * Keeps the vectors of memories that `textsToEmbed` named, all of them or from the first on. Returns the seats that
   * were still there to be given a vector; null, and nothing is kept, when another embedder is in use.
   */
  putVectors(embedder: string, memories: readonly VectorsOfMemory[]): Promise<readonly number[] | null>
  /** A page of codes by seat, of one project, beyond the seat `after`; null behind the last. */
  vectorCodes(after: number, limit: number): Promise<VectorCodes | null>
  /** The embedder in use (null: none yet), and about how many memories it has yet to see. */
  vectorProgress(): Promise<{ readonly embedder: string | null; readonly waiting: number }>
}
