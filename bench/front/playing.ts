// Plays an invented history into a store, session by session, consolidating after each as the daemon does, and gathers
// what the next session's context is made from.
import { createConsolidator } from '../../packages/daemon/src/background/consolidator.ts'
import { consolidationSteps } from '../../packages/daemon/src/consolidation/steps.ts'
import { type ContextMaterial, gatherMaterial } from '../../packages/daemon/src/context/material.ts'
import { silentLog } from '../../packages/daemon/src/kit/log.ts'
import type { Memory } from '../../packages/daemon/src/model/memory.ts'
import { createMemoryStore } from '../../packages/daemon/src/store/memory/memory-store.ts'
import type { History } from './histories.ts'

const project = 'git:example.org/invented/work'
const turnMs = 60_000
const hourMs = 3_600_000

export interface Played {
  readonly history: History
  readonly material: ContextMaterial
  /** Everything that was said, oldest first. */
  readonly memories: readonly Memory[]
  /** When the next session begins, ms. */
  readonly now: number
}

export async function play(history: History): Promise<Played> {
  const store = createMemoryStore()
  await store.putProject({ key: project, name: 'work', reason: 'invented' })
  let now = 0
  const consolidator = createConsolidator({
    store,
    now: () => now,
    log: silentLog,
    openWorker: () => ({
      extract: async (closed) => consolidationSteps.extract(closed),
      plan: async (request) => consolidationSteps.plan(request),
      end: async () => {},
    }),
  })
  let ids = 0
  for (const [number, { at, client, said }] of history.conversations.entries()) {
    const session = `session-${number}`
    await store.capture(
      said.map(({ role, text }, index) => ({
        ...{ id: `id-${String(ids++).padStart(5, '0')}`, text, role, kind: 'turn', project, session, client },
        ...{ trust: role, speaker: null, messageId: `m${index}`, pin: null },
        ...{ saidAt: at + index * turnMs, storedAt: at + index * turnMs },
      })),
    )
    await store.closeSession(client, session, at + said.length * turnMs)
    now = at + hourMs
    await consolidator.runNow()
  }
  now = (history.conversations.at(-1)?.at ?? 0) + 16 * hourMs
  const material = await gatherMaterial(store, {
    project,
    profile: await store.profile(),
    sessionId: 'next',
    asOf: now,
  })
  const memories = await store.list({ projects: [project] }, { limit: 10_000, order: 'oldest' })
  return { history, material, memories, now }
}
