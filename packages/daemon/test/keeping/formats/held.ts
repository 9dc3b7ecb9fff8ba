// Everything that a store holds, as plain data: what a later version must find in it.
import type { Store } from '../../../src/store/store.ts'

/** Of invented stores; protects nothing. */
export const formatKey = Buffer.alloc(32, 0x46)

export async function heldBy(store: Store): Promise<unknown> {
  const filter = { projects: null, currentOnly: false }
  const memories = await store.list(filter, { limit: 1_000, order: 'oldest' })
  return JSON.parse(
    JSON.stringify({
      memories: memories.map(({ cursor: _, ...memory }) => memory),
      sessions: await store.sessions({ projects: null, limit: 1_000 }),
      // What else is told of a project is counted from its memories.
      projects: (await store.projects()).map(({ key, name, reason }) => ({ key, name, reason })),
      profile: await store.profile(),
    }),
  )
}
