// Every limit of the plugin, named, with its unit. All of them serve one promise: a user's turn is never delayed by
// more than `hookMsDefault`, or what the user sets in its place, whatever the daemon does; and while it is being started,
// once, not beyond `startGraceMs`.

export const pluginLimits = {
  /** The longest any hook may hold the host, unless the user sets another. */
  hookMsDefault: 300,
  hookMsMax: 60_000,
  /**
   * From the moment the daemon is started, at the host's own start as a rule, hooks wait so long for its first answer: a
   * first session would open without its memory otherwise.
   */
  startGraceMs: 5_000,
  /** The program that starts it is given up after this; it gives up by itself before. */
  startMsMax: 30_000,
  startWordsCharsMax: 4_096,
  /** Whether a daemon runs. */
  lookMsMax: 1_000,
  /** After a failure, how long the daemon is left alone. */
  backOffMs: 30_000,
  /**
   * A session context that comes later than a hook may wait still serves the next model call. Asked for when the user has
   * spoken, it has as long as a host out of breath takes from there to the model: eight seconds were seen.
   */
  contextLateMsMax: 9_700,
  /** A recall that comes later than its hook comes too late: it is given up so much before. */
  recallMarginMs: 10,
  /** Of a long prompt, the beginning says what it is about. */
  promptCharsMax: 20_000,
  captureCallMsMax: 5_000,
  parentLookupMsMax: 1_000,
  /** `dispose` waits this long for deliveries, then spools what is left; the host is waiting. */
  disposeMsMax: 1_500,
  disposeSpoolMsMax: 500,
  sessionsMax: 256,
  /** Sessions said goodbye to in parallel when the host stops. */
  goodbyesMax: 32,
  messagesMax: 2_048,
  partsMax: 4_096,
  batchTurnsMax: 100,
  /** Under the daemon's 1 MiB body with room for JSON escapes, which are counted. */
  batchBytesMax: 768 * 1024,
  queueTurnsMax: 1_000,
  budgetTokensMax: 100_000,
  /** A sub-agent's slice; see session-context.ts for why it is not nothing. */
  subagentTokensMax: 500,
} as const
