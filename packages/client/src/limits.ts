// Every limit of the client side, named, with its unit. The daemon has its own list; where both speak of the same
// thing (the request body) the client's is the smaller one.

export const clientLimits = {
  connectMsMax: 1_000,
  callMsMax: 10_000,
  /** The daemon refuses bodies over 1 MiB; callers split or spool before they reach it. */
  requestBytesMax: 1_048_576,
  answerBytesMax: 32 * 1024 * 1024,
  answerHeaderBytesMax: 32_768,
  /** What is read from whoever has not proven to be the daemon yet. */
  proofAnswerBytesMax: 4_096,
  portFileBytesMax: 16,
  tokenFileBytesMax: 1_024,
  configFileBytesMax: 65_536,
  spoolFileBytesMax: 256 * 1024 * 1024,
  spoolTotalBytesMax: 1024 * 1024 * 1024,
  spoolFilesMax: 10_000,
  spoolNameCharsMax: 96,
  spoolAppendTriesMax: 50,
  /** Looks for what became of a turn, when the daemon renames the file under each. */
  spoolLookTriesMax: 10,
  /** Failures of the daemon itself over one file; a full disk or a busy store does not count. */
  spoolDeliveryTriesMax: 5,
  /** How long a file waits after its first failure, its second, and so on; the daemon's next run tries at once. */
  spoolRetryAfterMs: [60_000, 5 * 60_000, 20 * 60_000, 60 * 60_000],
  /** A longer journal of what was begun is written anew, with what did not end. */
  spoolJournalBytesMax: 64 * 1024,
  /** Runs of the daemon that died over one line before it is set aside. */
  spoolCrashTriesMax: 3,
  /** A longer line is set aside unread. The longest text that is taken, in any script, makes one of 12 MiB. */
  spoolLineBytesMax: 16 * 1024 * 1024,
  spoolCopyBytes: 64 * 1024,
  spoolBatchTurnsMax: 200,
  spoolBatchBytesMax: 4 * 1024 * 1024,
  /** Problems kept in a report; the counts go on. */
  spoolProblemsListedMax: 100,
} as const
