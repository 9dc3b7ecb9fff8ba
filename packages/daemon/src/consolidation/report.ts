// What a consolidation did, in numbers and a few quotations.

export interface ConsolidationReport {
  /** When it began, ms. */
  readonly at: number
  readonly ms: number
  /** false when it was stopped before everything was done; the rest is done later. */
  readonly complete: boolean
  /** Sessions digested, and projects whose facts and threads were derived. */
  readonly sessions: number
  readonly projects: number
  /** Rows written and taken away: facts, open threads, corrections, proposals. */
  readonly derived: number
  readonly removed: number
  /** Candidate facts that were found, in the words in which they were said; the first few. */
  readonly candidates: readonly string[]
}
