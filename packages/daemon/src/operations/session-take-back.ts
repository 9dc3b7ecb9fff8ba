import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { client, oneSession, optional } from './fields.ts'
import { defineOperation } from './operation.ts'

const messageId = z.string().min(1).max(limits.idCharsMax)
const messageIds = z.array(messageId).max(limits.idsPerCallMax)

export const sessionTakeBack = defineOperation({
  name: 'session_take_back',
  access: 'write',
  summary: 'Take back words of one session that its host has undone or removed; or let them hold again.',
  details:
    'The words stay in the history, superseded with nothing in their place: they are not put in front of a session, nothing is derived from them, and in recall they come behind what holds. `message_ids` no longer hold (a message with all its parts, `<message>/<part>`); `restored_ids` hold again; `from_message_id` takes back that message and all whose ids sort behind it, until it is sent again, or null. It is remembered, so turns that arrive later are taken back too. Sending the same again changes nothing.',
  params: z.strictObject({
    client,
    session_id: oneSession,
    message_ids: optional(messageIds),
    restored_ids: optional(messageIds),
    from_message_id: messageId.nullable().optional(),
  }),
  result: z.object({
    taken_back: z.int().describe('Memories that no longer hold.'),
    restored: z.int().describe('Memories that hold again.'),
  }),
  example: { client: 'opencode', session_id: 'ses_1', message_ids: ['msg_2', 'msg_3'] },
  async run({ store, contextCache, now }, { client: of, session_id, ...said }) {
    const what = {
      messages: said.message_ids,
      restored: said.restored_ids,
      from: said.from_message_id,
    }
    const { taken, standing } = await store.takeBack({ client: of, session: session_id }, what, now())
    if (taken > 0) contextCache.clear()
    return { taken_back: taken, restored: standing }
  },
})
