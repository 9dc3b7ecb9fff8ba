import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { after, client, optional, sessionId } from './fields.ts'
import { pageOf } from './listing.ts'
import { memoryView, viewOf } from './memory-view.ts'
import { noSuchSession } from './not-found.ts'
import { defineOperation } from './operation.ts'
import { sessionView, sessionViewOf } from './session-view.ts'

export const sessionGet = defineOperation({
  name: 'session_get',
  access: 'read',
  summary: 'One session and what was said in it, in order, a page at a time.',
  params: z.strictObject({
    session_id: sessionId,
    client: optional(client),
    limit: optional(z.int().min(1).max(limits.listLimitMax)),
    after,
  }),
  result: z.object({ session: sessionView, memories: z.array(memoryView), next: z.string().nullable() }),
  example: { session_id: 'ses_1', client: 'opencode' },
  async run({ store }, params) {
    const session = await store.session(params.client ?? null, params.session_id)
    if (session === null) throw noSuchSession(params.session_id)
    const limit = params.limit ?? limits.listLimitDefault
    const filter = { projects: null, session: session.session, client: session.client, currentOnly: false }
    const { memories, next } = await pageOf(store, filter, { limit, order: 'oldest', after: params.after })
    return { session: sessionViewOf(session), memories: memories.map(viewOf), next }
  },
})
