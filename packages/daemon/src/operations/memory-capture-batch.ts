import { z } from 'zod'
import { assert } from '../kit/assert.ts'
import { limits } from '../kit/limits.ts'
import type { CaptureOutcome } from '../model/memory.ts'
import { isBlank } from '../text/blank.ts'
import { type CaptureAnswer, captureAnswer, captureStatuses, newMemory } from './capturing.ts'
import { optional, role, saidAt, scopeFields, sessionId } from './fields.ts'
import { defineOperation } from './operation.ts'
import { projectToWrite } from './scope.ts'

export const memoryCaptureBatch = defineOperation({
  name: 'memory_capture_batch',
  access: 'write',
  summary: 'Keep several turns of one session, verbatim, in one durable step.',
  details:
    'One result per turn, in order. Sending the same turns again changes nothing: a turn is known by client, session id and message id. Of several forms of one message the one said last (`said_at`, then arrival) is current; an earlier one that arrives late is kept as superseded. Where the form that is held is dated ahead of the present, arrival alone decides.',
  params: z.strictObject({
    turns: z
      .array(
        z.strictObject({
          text: z
            .string()
            .max(limits.textCharsMax)
            .describe('The text, kept verbatim; a turn that is blank is skipped.'),
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
      z.object({
        status: z.enum(captureStatuses),
        record_id: z.string().nullable().describe('Null for a turn that is blank.'),
        reason: z.string(),
      }),
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
    const project = await projectToWrite(context, params)
    const memories = params.turns
      .filter((turn) => !isBlank(turn.text))
      .map((turn) => newMemory(context, turn, { ...params, project }))
    const parentSession = params.turns.find((turn) => turn.parent_session_id !== undefined)?.parent_session_id
    const outcomes = (await context.store.capture(memories, { parentSession })).values()
    const results = params.turns.map((turn) => (isBlank(turn.text) ? blankTurn : nextOf(outcomes)))
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

/** A host sends what it has: one empty turn is no reason to refuse the others. */
const blankTurn = { status: 'skipped', record_id: null, reason: 'the turn is blank' } as const

function nextOf(outcomes: Iterator<CaptureOutcome>): CaptureAnswer {
  const { value } = outcomes.next()
  assert(value !== undefined, 'a store answers one outcome per item')
  return captureAnswer(value)
}
