// How the limits hang together. Asserted when a daemon starts, and in a test: a limit that is changed alone is noticed.
import { assert } from './assert.ts'
import { limits } from './limits.ts'

export function assertLimitRelations(): void {
  assert(limits.operationMsMax < limits.httpIdleMsMax, 'a running operation is not taken for an idle peer')
  assert(
    limits.requestsInFlightMax <= limits.connectionsMax,
    'the cap on requests is met before that on peers',
  )
  assert(
    limits.contextTokensMinimal < limits.contextTokensStandard,
    'minimal context is smaller than standard',
  )
  assert(limits.contextTokensStandard < limits.contextTokensDeep, 'standard context is smaller than deep')
  assert(limits.gitWaitMsMax < limits.hookMsMax, 'a hook has time left when git does not answer')
  assert(limits.gitMsMax < limits.stopMsMax, 'git ends before a stop does')
  assert(limits.drainMsMax < limits.stopMsMax, 'a stop has time left after the drain')
  assert(limits.stopMsMax < limits.daemonStopWaitMsMax, 'the command line waits longer than a stop may take')
  assert(limits.recallHitsDefault <= limits.recallHitsMax, 'the default number of hits is within its maximum')
  assert(limits.captureBatchTurnsMax <= limits.groupCommitRowsMax, 'one capture batch fits one group commit')
  assert(limits.passageOverlapChars * 2 < limits.passageChars, 'passages advance')
  assert(limits.passageChars < limits.searchTextPartChars, 'the part of a text that is kept holds a passage')
  assert(
    limits.importBatchBytesMax + limits.importEnvelopeBytesMax <= limits.socketLineBytesMax,
    'a batch of an import fits a line of the socket',
  )
  assert(
    limits.historyCheckEveryMs < limits.historyCheckLookBackHours * 3_600_000,
    'each check of the histories looks back beyond the one before',
  )
  assert(
    limits.sessionCheckEveryMs < limits.sessionCheckLookBackHours * 3_600_000,
    'each check after a session looks back beyond the one before',
  )
  assert(
    limits.transcriptLooksAfterMs.every((ms) => ms < limits.sessionCheckAfterMs),
    'a session is checked after the last look at its transcript',
  )
  assert(
    limits.hookPromptCharsMax <= limits.cueCharsMax &&
      limits.hookPromptCharsMax * 6 < limits.socketLineBytesMax,
    'a prompt that a hook passes on is a cue, and fits a line',
  )
  assert(
    limits.hookMsMax < limits.hookColdMsMax,
    'a hook that starts the daemon has more time than one that does not',
  )
  assert(
    limits.spoolLookEveryMs < limits.spoolDrainEveryMs,
    'new files are seen before old ones are tried again',
  )
  assert(limits.optimiseMsMax < limits.storeCallMsMax, 'optimising answers before its call is given up')
  assert(
    limits.operationMsMax * 2 < limits.mcpMessageMsMax,
    'an MCP message outlives the two operations it may take',
  )
  assert(
    limits.daemonStartMsMax + limits.mcpMessageMsMax < limits.bridgeSilenceMsMax,
    'a host has its answer to the handshake, and time to go on, before its bridge gives it up',
  )
  assert(
    limits.bridgeMessageBytesMax + limits.pathCharsMax + limits.idCharsMax < limits.socketLineBytesMax,
    'what a bridge passes on fits the daemon’s lines',
  )
  assert(
    limits.ownWordingEdgeChars * 2 <= limits.ownWordingCharsMax,
    'the edges of a long message do not overlap',
  )
  assert(limits.forgetMsMax < limits.operationMsMax, 'forgetting much answers before its call is given up')
  assert(
    limits.consolidationNowMsMax + limits.optimiseMsMax < limits.operationMsMax,
    'consolidating and optimising answer before their call is given up',
  )
  assert(
    limits.spoolDrainEveryMs * 2 < limits.doctorSpoolWaitMsMax,
    'a turn in the spool is called stuck after several rounds',
  )
  assert(limits.digestQuoteCharsMax <= limits.statementCharsMax, 'a digest quotes no more than a statement')
  assert(limits.statementCharsMax <= limits.consolidationSentenceCharsMax, 'a statement is a sentence')
  assert(
    limits.consolidationSentenceCharsMax <= limits.consolidationLineCharsMax,
    'a sentence fits in a line',
  )
  assert(
    limits.textCharsMax * 6 < limits.unreadAnswerBytesMax,
    'the longest text, each character an escape, is an answer that can be sent',
  )
  assert(limits.embedPortionTexts <= limits.embedBatchTextsMax, 'a portion is part of a batch')
  assert(limits.passageChars <= limits.embedTextCharsMax, 'a passage is embedded whole')
  assert(
    limits.embedPassagesPerStep + limits.vectorPassagesPerMemoryMax <= limits.embedBatchTextsMax,
    'a step of the background work fits one batch',
  )
}
