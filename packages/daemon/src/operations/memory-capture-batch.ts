import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { captureAnswer, captureStatuses, newMemory } from './capturing.ts'
import { optional, role, saidAt, scopeFields, sessionId, text } from './fields.ts'
import { defineOperation } from './operation.ts'
import { projectOf } from './scope.ts'

export const memoryCaptureBatch = defineOperation({
  name: 'memory_capture_batch',
  access: 'write',
  summary: 'Keep several turns of one session, verbatim, in one durable step.',
  details:
    'One result per turn, in order. Sending the same turns again changes nothing: a turn is known by client, session id and message id. Of several forms of one message the one said last (`said_at`, then arrival) is current; an earlier one that arrives late is kept as superseded.',
  params: z.strictObject({
    turns: z
      .array(
        z.strictObject({
          text,
          role,
          message_id: optional(z.string().min(1).max(limits.idCharsMax)),
          said_at: optional(saidAt),
          speaker: optional(z.string().min(1).max(limits.idCharsMax)),
          parent_session_id: optional(
            sessionId.describe('The session that started this one, for sub-agents.'),
          ),
        }),
      )
      .min(1)
      .max(limits.captureBatchTurnsMax),
    ...scopeFields,
  }),
  result: z.object({
    results: z.array(
      z.object({ status: z.enum(captureStatuses), record_id: z.string(), reason: z.string() }),
    ),
    inserted: z.int(),
    reinforced: z.int(),
    skipped: z.int(),
  }),
  example: {
    client: 'opencode',
    session_id: 'ses_1',
    cwd: '/home/ada/shop',
    turns: [
      {
        role: 'user',
        text: 'Which port does staging use?',
        message_id: 'msg_1',
        said_at: '2026-03-02T09:15:00Z',
      },
    ],
  },
  async run(context, params) {
    const project = await projectOf(context, params)
    const memories = params.turns.map((turn) => newMemory(context, turn, { ...params, project }))
    const parentSession = params.turns.find((turn) => turn.parent_session_id !== undefined)?.parent_session_id
    const results = (await context.store.capture(memories, { parentSession })).map(captureAnswer)
    const count = (status: (typeof captureStatuses)[number]): number =>
      results.filter((result) => result.status === status).length
    return {
      results,
      inserted: count('inserted'),
      reinforced: count('reinforced'),
      skipped: count('skipped'),
    }
  },
})
