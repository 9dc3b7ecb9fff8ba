// The limits of what makes vectors and looks them up: part of `limits` (limits.ts), by which name they are used.

export const embeddingLimits = {
  embedBatchTextsMax: 256,
  /** Texts handed to the vector thread at once: a question waits for one portion. */
  embedPortionTexts: 8,
  embedTextCharsMax: 20_000,
  /** Vectors of words that the model does not know, remembered by its thread (1,700 bytes each). */
  guessedWordsHeldMax: 2_000,
  guessedWordCharsMax: 128,
  /** Passages read, embedded and kept in one step of the background work. */
  embedPassagesPerStep: 64,
  /** After a memory was captured, others are waited for this long, to be embedded with it; no longer than the second. */
  embedGatherMs: 150,
  embedGatherMsMax: 5_000,
  /** After the embedder or the index failed. */
  embedRetryMs: 30_000,
  /** After an embedder turned out to tell nothing apart: somebody has to change the model. */
  embedMeasureAgainMs: 3_600_000,
  /** Recall goes by words alone when the cue's vector and its neighbours take longer. */
  recallMeaningMsMax: 300,
  embedCallMsMax: 10_000,
  embedQueueCallsMax: 1_000,
  embedHttpMsMax: 20_000,
  embedHttpBytesMax: 16 * 1024 * 1024,
  vectorCallMsMax: 10_000,
  /** Of a memory with more passages (a pasted log), the first ones have vectors; words find the others. */
  vectorPassagesPerMemoryMax: 64,
  /** Read at a time into the index after a start, and how long to leave the reader to others in between. */
  vectorCodesPerPage: 256,
  vectorCodesPauseMs: 2,
  /** Codes near by their bits that one hit is chosen from, by the question's own magnitudes. */
  vectorCodesPerHit: 15,
} as const
