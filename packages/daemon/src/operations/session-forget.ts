import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { client, oneSession } from './fields.ts'
import { forgetTurns } from './forgetting.ts'
import { defineOperation } from './operation.ts'

export const sessionForget = defineOperation({
  name: 'session_forget',
  access: 'write',
  summary: 'Forget what was said in one session, because its host has deleted it.',
  details:
    'Its turns are erased with everything derived from them, and no turn of this session is taken in again; the same words said in another session are. What was kept expressly stays: facts, notes and what is pinned. With `complete: false` there was more than fits in one call; call again.',
  params: z.strictObject({ client, session_id: oneSession }),
  result: z.object({ count: z.int().describe('Memories that are gone.'), complete: z.boolean() }),
  example: { client: 'opencode', session_id: 'ses_1' },
  async run(context, { client: of, session_id }) {
    const { store, contextCache, now, newId } = context
    const session = { client: of, session: session_id }
    try {
      // First, so that nothing comes in behind what is erased.
      await store.barSession(session, newId(now()), now())
      return await forgetTurns(context, session, now() + limits.forgetMsMax)
    } finally {
      // Contexts that were given out may hold the text.
      contextCache.clear()
    }
  },
})
