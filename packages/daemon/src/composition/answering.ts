// What the daemon can do: the operations over what they work with, behind the one entry that everything else calls.
import { createConsolidationWorker } from '../background/consolidation-worker.ts'
import { type Consolidator, createConsolidator } from '../background/consolidator.ts'
import type { VectorKeeping } from '../background/vector-keeping.ts'
import { searchPath } from '../config/environment.ts'
import { createContextCache } from '../context/context-cache.ts'
import { type Activity, watchActivity } from '../dispatch/activity.ts'
import { createDispatch } from '../dispatch/dispatch.ts'
import { embeddingOff } from '../embedding/embedding-state.ts'
import { uuidV7 } from '../kit/ids.ts'
import type { DaemonInfo } from '../operations/operation.ts'
import { operations } from '../operations/operations.ts'
import { createProjectResolver } from '../project/project-resolver.ts'
import { noMeaning } from '../recall/meaning.ts'
import type { Store } from '../store/store.ts'
import { createVectors } from './embedding.ts'
import type { Start } from './start.ts'

export interface Answering {
  readonly daemon: DaemonInfo
  readonly activity: Activity
  readonly consolidator: Consolidator
  /** null when vectors are off */
  readonly vectors: VectorKeeping | null
}

export function createAnswering(start: Start, store: Store, daemon: DaemonInfo): Answering {
  const { log, now } = start
  const consolidator = createConsolidator({ store, now, log, openWorker: createConsolidationWorker })
  const vectors = createVectors(start, store)
  const services = {
    ...{ store, now, log, daemon, newId: uuidV7 },
    projects: createProjectResolver(searchPath()),
    contextCache: createContextCache(),
    consolidate: consolidator.runNow,
    meaning: vectors ?? noMeaning,
    embeddingState: async () => vectors?.state() ?? embeddingOff,
  }
  const dispatch = consolidator.yieldingTo(createDispatch(operations, services))
  return { daemon, activity: watchActivity(dispatch, now), consolidator, vectors }
}
