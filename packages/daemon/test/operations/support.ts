// A dispatch over the plain store, with a clock the test moves and ids it can predict.
import { createConsolidator } from '../../src/background/consolidator.ts'
import { createContextCache } from '../../src/context/context-cache.ts'
import { createDispatch, type Dispatch } from '../../src/dispatch/dispatch.ts'
import { embeddingOff } from '../../src/embedding/embedding-state.ts'
import { silentLog } from '../../src/kit/log.ts'
import type { Project } from '../../src/model/project.ts'
import { operations } from '../../src/operations/operations.ts'
import { type Meaning, noMeaning } from '../../src/recall/meaning.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { inProcessWorker } from '../support/in-process-worker.ts'
import { monday } from '../support/memories.ts'

export interface Fixture {
  readonly store: Store
  readonly dispatch: Dispatch
  /** What time it is; tests set it. */
  now: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers by key
  call(method: string, params?: object): Promise<any>
}

export const shop = '/home/ada/shop'
export const shopProject = 'git:example.org/ada/shop'

const gitProject = (cwd: string): string => `git:example.org${cwd.replace('/home', '')}`

export function fixture(
  store: Store = createMemoryStore(),
  keyOf = gitProject,
  resolve = async (cwd: string): Promise<Project> => ({
    key: keyOf(cwd),
    name: cwd,
    reason: 'a test says so',
  }),
  meaning: Meaning = noMeaning,
): Fixture {
  let ids = 0
  const clock = { now: monday }
  const now = () => clock.now
  const consolidator = createConsolidator({ store, now, log: silentLog, openWorker: inProcessWorker })
  const dispatch = createDispatch(operations, {
    store,
    meaning,
    embeddingState: async () => embeddingOff,
    projects: { resolve },
    contextCache: createContextCache(),
    consolidate: consolidator.runNow,
    now,
    newId: () => {
      ids += 1
      return `id-${String(ids).padStart(4, '0')}`
    },
    log: silentLog,
    daemon: {
      version: '0.0.0',
      pid: 1,
      startedAt: monday,
      dataDir: '/nowhere',
      keySource: 'test',
      socketPath: null,
      httpPort: () => null,
      keptOut: () => ({}),
    },
  })
  return {
    store,
    dispatch,
    get now() {
      return clock.now
    },
    set now(at) {
      clock.now = at
    },
    call: (method, params = {}) =>
      dispatch(method, params as Record<string, unknown>, { transport: 'internal', requestId: 'test' }),
  }
}

export const turn = (text: string, message_id: string, role = 'user'): object => ({ text, role, message_id })

/** The texts that a recall brings back, the first hit first. */
export async function recalled(
  daemon: Fixture,
  cue: string,
  scope: object = { cwd: shop },
): Promise<string[]> {
  const { hits } = await daemon.call('memory_recall', { cue, ...scope })
  return hits.map((hit: { literal_surface: string }) => hit.literal_surface)
}
