import { z } from 'zod'
import { contentHash } from '../kit/content-hash.ts'
import { limits } from '../kit/limits.ts'
import { after, client, optional, sessionId } from './fields.ts'
import { pageOf } from './listing.ts'
import { defineOperation } from './operation.ts'

export const sessionHashes = defineOperation({
  name: 'session_hashes',
  access: 'read',
  summary: 'What is held of one session as message ids and hashes: to prove that nothing was missed.',
  details:
    'The hash is SHA-256 over the UTF-8 text, base64url. Superseded forms are included, turns without a message id are not. An unknown session holds nothing.',
  params: z.strictObject({
    session_id: sessionId,
    client,
    limit: optional(z.int().min(1).max(limits.listLimitMax)),
    after,
  }),
  result: z.object({
    turns: z.array(z.object({ message_id: z.string(), hash: z.string() })),
    next: z.string().nullable(),
  }),
  example: { session_id: 'ses_1', client: 'opencode' },
  async run({ store }, params) {
    const limit = params.limit ?? limits.listLimitDefault
    const filter = {
      projects: null,
      session: params.session_id,
      client: params.client,
      currentOnly: false,
    }
    const { memories, next } = await pageOf(store, filter, { limit, order: 'oldest', after: params.after })
    const turns = memories.flatMap(({ messageId, text }) =>
      messageId === null ? [] : [{ message_id: messageId, hash: contentHash(text) }],
    )
    return { turns, next }
  },
})
