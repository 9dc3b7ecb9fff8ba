// The limits of what a session is told when it starts: part of `limits` (limits.ts), by which name they are used.

export const contextLimits = {
  contextTokensMinimal: 30,
  contextTokensStandard: 2_000,
  contextTokensDeep: 4_000,
  contextCacheSessionsMax: 128,
  contextPinsMax: 50,
  contextFactsMax: 100,
  contextDerivedMax: 60,
  /** Texts of one kind (pins, facts), and of one session, that are read for a context: lines of each are shown. */
  contextTextCharsMax: 1024 * 1024,
  contextSessionCharsMax: 256 * 1024,
  contextSessionsMax: 8,
  /** Characters of recent sessions that a session start digests itself, when consolidation has not yet. */
  contextDigestCharsMax: 12_000,
  contextSessionSettledMax: 2,
  contextSessionOpenMax: 2,
  contextQuoteTokensMax: 32,
  contextTurnsMax: 8,
  /** of a standard context; each older session has one less, but one */
  contextEpisodesOfNewestMax: 4,
  contextExcerptTokensMax: 220,
  contextLineTokensMax: 90,
  contextIdentityTokensMax: 400,
  /** Shorter turns ("ok", "go on") are not worth an excerpt. */
  contextTurnCharsMin: 12,
} as const
