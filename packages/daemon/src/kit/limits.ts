// Every limit of the daemon, named, with its unit, in one place (those of vectors and of session contexts next door).
// limit-relations.ts says how they hang together.
import { contextLimits } from './context-limits.ts'
import { embeddingLimits } from './embedding-limits.ts'
export const limits = {
  // transports
  httpBodyBytesMax: 1_048_576,
  httpHeaderBytesMax: 16_384,
  httpHeadersWaitMsMax: 10_000,
  httpBodyWaitMsMax: 30_000,
  httpIdleMsMax: 60_000,
  /** Requests of one connection that may wait their turn before reading from it stops. */
  httpPipelinedMax: 32,
  /** After an answer given before the whole request was read: how long its rest is thrown away before closing. */
  httpLingerMsMax: 1_000,
  /** Until there is space for the port file. */
  portFileRetryEveryMs: 5_000,
  socketLineBytesMax: 1_048_576,
  /** What is kept of each end of a line that is too long: says whose question it was. */
  lineEndBytesMax: 4_096,
  /** How long a connection may be open without a line; one that has spoken stays, as a host's bridge does. */
  socketFirstLineWaitMsMax: 60_000,
  /** A peer that does not read its answers is cut off after this. */
  socketWriteWaitMsMax: 60_000,
  /** How long a daemon found at the socket path has to say who it is. */
  socketProbeMsMax: 1_000,
  /** sockaddr_un.sun_path without its closing NUL: Linux, and macOS */
  socketPathBytesMax: 107,
  socketPathBytesMaxDarwin: 103,
  /** At the connection cap, a connection that has said nothing for this long makes room for a new one. */
  connectionQuietMsMin: 1_000,
  connectionsMax: 256,
  requestsInFlightMax: 64,
  retryAfterSeconds: 1,
  /** Answers that peers have not read yet, over all connections of all transports; the longest is 24 MiB. */
  unreadAnswerBytesMax: 64 * 1024 * 1024,
  /** When that is full, whoever has kept an answer waiting for this long is hung up on. */
  unreadAnswerWaitMsMin: 1_000,
  drainMsMax: 2_000,
  // model context protocol
  mcpRecallHitsDefault: 8,
  mcpTimelineTurnsDefault: 20,
  mcpTimelineTokensMax: 8_000,
  mcpResourcesListedMax: 50,
  mcpResourceTurnsMax: 200,
  mcpResourceTokensMax: 20_000,
  /** Longer than the operations that one message can start. */
  mcpMessageMsMax: 70_000,
  // on-demand daemons and stdio bridges
  /** From the first look to an answering daemon, the opening of its store included. */
  daemonStartMsMax: 25_000,
  daemonLookEveryMs: 50,
  /** From an answer on the socket to the port that was asked for. */
  daemonPortMsMax: 2_000,
  /** Between two starts of a daemon while an earlier one is still letting go of the data directory. */
  daemonRestartMsMin: 500,
  onDemandLogBytesMax: 1_048_576,
  /** A message and what the bridge adds to it fit one line of the socket. */
  bridgeMessageBytesMax: 1_048_576 - 16_384,
  /** Messages of one JSON-RPC batch, which revisions before 2025-06-18 of the protocol know. */
  bridgeBatchMessagesMax: 64,
  /** How often one question is asked of daemons that go away under it. */
  bridgeTriesMax: 20,
  bridgeParentLookEveryMs: 2_000,
  /** From a bridge's start to the first message after the handshake; a host that says nothing for longer is not there. */
  bridgeSilenceMsMax: 5 * 60_000,
  /** After its host has closed the input: how long answers under way are waited for. */
  bridgeDrainMsMax: 5_000,
  // errors
  /** Names that a caller sent are repeated in errors up to this, and at most so many of them. */
  toldNameCharsMax: 100,
  toldNamesMax: 5,
  // hooks of hosts
  /** One hook's whole life after its program is loaded; a host waits for it. */
  hookMsMax: 800,
  /** The same for the hook that opens a session, when it has to start the daemon. */
  hookColdMsMax: 2_500,
  /** What a user may set in place of the two. */
  hookWaitMsMax: 60_000,
  /** What the host hands a hook; a pasted prompt makes it long. */
  hookInputBytesMax: 8 * 1024 * 1024,
  hookPromptCharsMax: 20_000,
  /** Claude Code 2.1.330 takes 10,000 characters from a hook, Codex 0.169.0 2,500 tokens of four bytes. */
  hookTextBytesMax: 9_900,
  hookNoticeBytesMax: 200,
  hookContextTriesMax: 5,
  /** Two openings of one session within this are one opening, told twice. */
  hookTwinMsMax: 1_500,
  /** What a first prompt brings back costs at most 600 tokens: its hits, and what is said around them. */
  promptRecallHitTokensMax: 420,
  promptRecallHitsMax: 4,
  promptedSessionsHeldMax: 1_000,
  // operations
  operationMsMax: 30_000,
  captureBatchTurnsMax: 1_000,
  /**
   * Of one text. Over the socket or HTTP the body bounds it sooner, so this holds for the spool, where a longer one is
   * set aside: taking in 16 million characters takes the writer thread 330 MB, and 60 million are more than it has.
   */
  textCharsMax: 4 * 1024 * 1024,
  cueCharsMax: 100_000,
  idCharsMax: 512,
  pathCharsMax: 4_096,
  identityCharsMax: 20_000,
  recallBudgetTokensDefault: 1_500,
  recallBudgetTokensMax: 100_000,
  recallHitsDefault: 20,
  recallHitsMax: 200,
  listLimitDefault: 50,
  listLimitMax: 1_000,
  /** Texts of one page, in UTF-16 units: an answer is held whole in memory, several times over. */
  listTextCharsMax: 1024 * 1024,
  idsPerCallMax: 1_000,
  forgetPageRows: 500,
  /**
   * Texts erased in one transaction, in UTF-16 units, but one message in any case: the log grows as much, other writers
   * wait for it, and a megabyte may take a second where its entries are looked for one by one.
   */
  forgetPageCharsMax: 512 * 1024,
  /** So many entries to erase, and so many for each of at most so many pages: then the text index is written anew. */
  forgetRewriteEntriesMin: 5_000,
  forgetRewriteEntriesPerPageMin: 3,
  forgetRewritePagesMax: 32 * 1024,
  forgetPreviewMax: 20,
  forgetMsMax: 20_000,
  /** Fewer characters would match nearly everything. */
  forgetTextCharsMin: 3,
  /** 9999-12-31: what ISO 8601 with four-digit years can say. */
  timeMsMax: 253_402_300_799_999,
  /** A day begins so much earlier in places than in UTC: it is not in the future for that. */
  dayAheadMsMax: 14 * 3_600_000,
  /** What is dated later than this from now has a wrong date: clocks of two machines differ by less. */
  clockAheadMsMax: 3_600_000,
  // session context
  ...contextLimits,
  // threads
  /** Young heap of a thread that has no figure of its own. */
  threadYoungHeapMibMax: 6,
  // store
  /** Longer texts are indexed in parts: nearly every turn is one passage, a log of megabytes is many. */
  passageChars: 16_000,
  passageOverlapChars: 400,
  groupCommitRowsMax: 2_000,
  storeCallMsMax: 30_000,
  storeQueueCallsMax: 10_000,
  /** Opening may have to recover a log or migrate. */
  storeOpenMsMax: 120_000,
  storeCloseMsMax: 30_000,
  storeBusyMsMax: 5_000,
  storeWriterCacheKibMax: 4 * 1024,
  /** Of a longer text a search keeps a part that holds the passage found; a whole number of characters of two bytes. */
  searchTextBytesMax: 256 * 1024,
  /** That part, where the passage is not near the beginning. */
  searchTextPartChars: 64_000,
  storeReaderCacheKibMax: 6 * 1024,
  /**
   * V8 makes halves of a third of it, rounded up to a power of two: 8 MiB. A recall leaves up to 4 MB of garbage: where a
   * half holds less than that, what is in use moves to the old heap, and every tenth recall has a full collection beside
   * it. Halves of 16 are 12 to 16 MB more, and not measurably faster.
   */
  storeReaderYoungHeapMibMax: 24,
  storeLogBytesMax: 16 * 1024 * 1024,
  storeLogPagesBeforeCheckpoint: 1_000,
  /** How long emptying the log waits for readers; writes wait as long. */
  storeLogWaitMsMax: 250,
  /** Upkeep (re-indexing, merging) yields to callers after this long. */
  upkeepStepMsMax: 25,
  upkeepPagesPerStep: 256,
  /** After upkeep or emptying the log failed (a full disk), it is left alone this long. */
  upkeepPauseMs: 60_000,
  optimiseMsMax: 20_000,
  indexTermCharsMax: 128,
  /** What words and identifiers were taken apart into, remembered by each thread that analyses (a word 100 bytes). */
  analysedChunksHeldMax: 8_000,
  analysedChunkCharsMax: 40,
  titleCharsMax: 120,
  eventRowsMax: 10_000,
  /** Named in one event; its count says how many there were. */
  forgottenIdsPerEventMax: 100,
  knownProjectsMax: 1_000,
  /** A forgotten turn shorter than this is barred from its own session only, and so are common words (common-wording.ts). */
  forgottenTurnCharsMin: 16,
  // redaction
  /** So much of many short texts is redacted before others get their turn. */
  redactionPauseCharsMax: 32 * 1024,
  redactionKindsCountedMax: 200,
  // embedding
  ...embeddingLimits,
  // projects
  projectNameCharsMax: 200,
  spellingMergeEveryMs: 3_600_000,
  firstCommitsHeldMax: 1_000,
  /** How long a caller waits for git; after that the project is told from what is known without. */
  gitWaitMsMax: 400,
  /** How long git may take in all, for the next caller. */
  gitMsMax: 5_000,
  /** Of a file in `.git` that is read whole. */
  gitFileBytesMax: 1_048_576,
  gitPackedRefsBytesMax: 8 * 1024 * 1024,
  // consolidation
  /** Of one turn; what stands behind it is stored and found, but not looked through for statements. */
  consolidationTextCharsMax: 128 * 1024,
  /** Longer lines and "sentences" are data, not prose. */
  consolidationLineCharsMax: 8_000,
  consolidationSentenceCharsMax: 600,
  /** A statement that takes longer to say is a pasted prompt or a story. */
  statementCharsMax: 300,
  /** Messages longer than this are mostly pasted: only their edges are the user's own wording. */
  ownWordingCharsMax: 3_000,
  ownWordingEdgeChars: 600,
  /** The instructions in a message this long are about its task until they are repeated. */
  taskPromptCharsMin: 700,
  digestAskedTurnsMax: 5,
  digestSettledMax: 4,
  digestOpenMax: 3,
  digestQuoteCharsMax: 200,
  /** A state ("still failing") said longer ago than this many turns before the end has been overtaken. */
  digestStateTurnsMax: 6,
  /** Longer sentences name more than one thing; nothing is compared with them. */
  assertionCharsMax: 200,
  assertionSubjectTermsMax: 6,
  /** Of one session and one kind, the latest. */
  extractStatementsMax: 200,
  factSourcesMax: 20,
  openThreadsMax: 50,
  threadStatementsMax: 500,
  /** Of a longer session, the latest turns and the latest characters are looked at. */
  consolidationTurnsMax: 2_000,
  consolidationCharsMax: 4 * 1024 * 1024,
  consolidationTurnsPerPage: 200,
  /** Of a project with more sessions, the latest are compared. */
  consolidationExtractsMax: 5_000,
  consolidationExtractCharsMax: 32 * 1024 * 1024,
  /** A row is some kilobytes; one of a session that is all statements may be some hundred. */
  consolidationRowsPerPage: 50,
  /** Sessions of one project that are digested before its facts are derived. */
  consolidationSessionsPerRound: 200,
  consolidationStepMsMax: 15_000,
  consolidationHeapMibMax: 256,
  consolidationEveryMs: 20_000,
  /** Without a request for this long, nobody is waiting. */
  consolidationQuietMsMin: 10_000,
  /** What memory_consolidate spends on it while its caller waits. */
  consolidationNowMsMax: 8_000,
  consolidationCandidatesTold: 20,
  // other programs' histories
  /** Behind the place where reading goes on, the line before it is looked for within so much. */
  historyTailBytes: 256 * 1024,
  /** A longer line of a transcript is passed over; pasted images make lines of some megabytes. */
  historyLineBytesMax: 16 * 1024 * 1024,
  /** One conversation of an export archive, which is read whole. */
  historyConversationBytesMax: 64 * 1024 * 1024,
  historyChunkBytes: 256 * 1024,
  historyPrefixBytes: 4_096,
  historyFolderDepthMax: 16,
  historyDatabaseWaitMsMax: 2_000,
  historyDatabasePageMessages: 200,
  historyDetailCharsMax: 80,
  importBatchBytesMax: 512 * 1024,
  /** Enough that the store has a group of them to commit while the next is on its way. */
  importBatchesInFlightMax: 24,
  importOpenSessionsMax: 64,
  importCaptureTriesMax: 6,
  importRetryMs: 250,
  importMarkEveryTurns: 5_000,
  importMarksWaitingMax: 1_000,
  importProgressEveryMs: 250,
  /** How long set-up reads before it asks; for longer histories the rest is reckoned. */
  importSurveyMsMax: 4_000,
  /** For telling beforehand how long an import may take. */
  importTurnsPerSecondReckoned: 1_500,
  importExamplesMax: 5,
  /** Entries of a named file that are looked at for one that its kind understands. */
  recognitionEntriesMax: 2_000,
  /** Ids that are named when the first characters of one are not enough. */
  idsSharingStartMax: 20,
  importMarksBytesMax: 32 * 1024 * 1024,
  importCallMsMax: 60_000,
  /** A request to the daemon around a batch: names, ids, the method. */
  importEnvelopeBytesMax: 16 * 1024,
  /** Long turns waiting in the spool before the daemon is asked to take them in. */
  importSpoolBytesMax: 64 * 1024 * 1024,
  marksLinesOvertakenMax: 2_000,
  /** After a hook has named a transcript, it is looked at once more at each of these times: hosts write a little later. */
  transcriptLooksAfterMs: [0, 400, 2_000, 8_000],
  /** Transcripts that are looked at again when a session opens: their host may have died in the middle. */
  transcriptsKnownMax: 200,
  /** Of a host's new transcripts as many are read in one look; the next one goes on. */
  transcriptsPerLookMax: 200,
  hostLooksBytesMax: 16 * 1024,
  importPlainProgressEveryMs: 5_000,
  verifyPageTurns: 500,
  verifySessionsHeldMax: 32,
  verifyGapsListedMax: 20,
  /** Turns that are not held wait until so many can be asked about at once: were they forgotten? */
  verifyAskedTurnsMax: 20,
  /** Of their texts, in UTF-16 units; a longer text waits alone. */
  verifyAskedCharsMax: 1024 * 1024,
  verifySessionsListedMax: 50,
  // lifecycle
  spoolDrainEveryMs: 60_000,
  /** How often it is looked whether a client has left something; one reading of a folder that mostly is not there. */
  spoolLookEveryMs: 2_000,
  /** A terminal and npm both pass one Ctrl-C on: signals closer together than this are one. */
  secondSignalMsMin: 250,
  /** Longest a stop may take in all: the drain, then closing the store. */
  stopMsMax: 8_000,
  daemonStopWaitMsMax: 10_000,
  /** While a command needs the store, daemons that hosts start meanwhile are stopped again, this often. */
  daemonStopTriesMax: 5,
  configFileBytesMax: 65_536,
  keyFileBytesMax: 4_096,
  /** Keys that older backups are under. */
  formerKeysMax: 1_000,
  formerKeysBytesMax: 1_048_576,
  recoverySheetBytesMax: 65_536,
  /** Of a new passphrase: shorter ones are guessed, however slow each guess is. */
  passphraseCharsMin: 12,
  /** A keychain may ask its user first. */
  keychainWaitMsMax: 60_000,
  /** A small file is written in milliseconds; what is this old was left by a writer that was killed. */
  unfinishedFileMsMin: 60_000,
  lockHolderFileBytesMax: 1_024,
  lockAttemptsMax: 5,
  lockRetryMsMax: 25,
  doctorWaitMsMax: 2_000,
  /** An embedding endpoint may have to load its model first. */
  doctorEndpointMsMax: 10_000,
  doctorInspectionMsMax: 60_000,
  doctorDeepInspectionMsMax: 60 * 60_000,
  doctorSampleRows: 200,
  /** A larger store is read through with --deep only. */
  doctorQuickCheckBytesMax: 64 * 1024 * 1024,
  doctorProblemsListedMax: 3,
  doctorFilesMax: 20_000,
  /** A drain or two take it along, unless the daemon fails over it; what waits longer is stuck. */
  doctorSpoolWaitMsMax: 10 * 60_000,
  /** Temporary files of a process that is still at work are younger. */
  doctorTemporaryMsMin: 10 * 60_000,
  diskFreeBytesWarn: 512 * 1024 * 1024,
  hostConfigBytesMax: 16 * 1024 * 1024,
  setupLedgerBytesMax: 128 * 1024 * 1024,
  serviceCommandMsMax: 20_000,
  setupCheckMsMax: 20_000,
  /** 100 years */
  changedWithinHoursMax: 100 * 366 * 24,
  onDemandIdleMinutesDefault: 30,
  idleExitMinutesMax: 7 * 24 * 60,
  idleLookEveryMsMax: 15_000,
  /** How long a daemon runs before it looks whether a check of the hosts' histories is due, and how often it looks. */
  historyCheckAfterMs: 10 * 60_000,
  historyCheckEveryMs: 24 * 3_600_000,
  /** It looks back to the last check that succeeded; so far when there was none, and never beyond the next limit. */
  historyCheckLookBackHours: 48,
  historyCheckLookBackHoursMax: 31 * 24,
  historyCheckMsMax: 10 * 60_000,
  historyChecksReadMax: 20,
  historyCheckReportBytesMax: 16 * 1024 * 1024,
  /** The same after a session has ended, for what changed since about its last minutes. */
  sessionCheckAfterMs: 15_000,
  sessionCheckEveryMs: 10 * 60_000,
  sessionCheckLookEveryMs: 5_000,
  sessionCheckLookBackHours: 1,
  sessionCheckMsMax: 60_000,
  // backups, exports, restores
  storeWorkMsMax: 30 * 60_000,
  backupAfterMs: 10 * 60_000,
  backupEveryMs: 24 * 3_600_000,
  backupRetryMs: 3_600_000,
  backupLookEveryMs: 15 * 60_000,
  backupKeepDefault: 5,
  backupKeepMax: 365,
  restoreExamplesMax: 5,
  archiveChunkBytes: 1_048_576,
  archiveBatchRows: 500,
  /** A text of 64 Mi characters, which earlier versions took, each of them spelled as an escape. */
  archiveLineBytesMax: 448 * 1024 * 1024,
  // sessions
  sessionIdleMsMax: 30 * 60_000,
} as const
