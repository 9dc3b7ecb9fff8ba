// The explicit list of everything the daemon can do. Order is the order of the reference page.
import { eventsQuery } from './events-query.ts'
import { memoryCapture } from './memory-capture.ts'
import { memoryCaptureBatch } from './memory-capture-batch.ts'
import { memoryConflictDismiss } from './memory-conflict-dismiss.ts'
import { memoryConflicts } from './memory-conflicts.ts'
import { memoryConsolidate } from './memory-consolidate.ts'
import { memoryContradict } from './memory-contradict.ts'
import { memoryExport } from './memory-export.ts'
import { memoryForget } from './memory-forget.ts'
import { memoryGet } from './memory-get.ts'
import { memoryIds } from './memory-ids.ts'
import { memoryList } from './memory-list.ts'
import { memoryPin } from './memory-pin.ts'
import { memoryRecall } from './memory-recall.ts'
import { memoryReinforce } from './memory-reinforce.ts'
import type { AnyOperation } from './operation.ts'
import { profileGet } from './profile-get.ts'
import { profileSet } from './profile-set.ts'
import { projectGet } from './project-get.ts'
import { projectList } from './project-list.ts'
import { projectMerge } from './project-merge.ts'
import { projectRename } from './project-rename.ts'
import { projectWhy } from './project-why.ts'
import { sessionExit } from './session-exit.ts'
import { sessionForget } from './session-forget.ts'
import { sessionGet } from './session-get.ts'
import { sessionHashes } from './session-hashes.ts'
import { sessionList } from './session-list.ts'
import { sessionStartPayload } from './session-start-payload.ts'
import { sessionTakeBack } from './session-take-back.ts'
import { status } from './status.ts'
import { textsForgotten } from './texts-forgotten.ts'
import { topology } from './topology.ts'

export const operations: readonly AnyOperation[] = [
  sessionStartPayload,
  sessionExit,
  memoryCapture,
  memoryCaptureBatch,
  memoryRecall,
  memoryGet,
  memoryIds,
  memoryList,
  memoryPin,
  memoryForget,
  memoryContradict,
  memoryConflicts,
  memoryConflictDismiss,
  memoryReinforce,
  memoryExport,
  memoryConsolidate,
  sessionList,
  sessionGet,
  sessionHashes,
  sessionTakeBack,
  sessionForget,
  textsForgotten,
  projectList,
  projectGet,
  projectMerge,
  projectRename,
  projectWhy,
  profileGet,
  profileSet,
  eventsQuery,
  topology,
  status,
]
