import { z } from 'zod'
import { client, optional, sessionId } from './fields.ts'
import { defineOperation } from './operation.ts'

export const sessionExit = defineOperation({
  name: 'session_exit',
  access: 'write',
  summary: 'Mark a session as ended.',
  params: z.strictObject({ session_id: sessionId, client: optional(client) }),
  result: z.object({ session_id: z.string(), status: z.enum(['closed', 'unknown']) }),
  example: { session_id: 'ses_1' },
  async run({ store, now }, params) {
    const closed = await store.closeSession(params.client ?? null, params.session_id, now())
    return { session_id: params.session_id, status: closed ? 'closed' : 'unknown' } as const
  },
})
