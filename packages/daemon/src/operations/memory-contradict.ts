import { z } from 'zod'
import { unreachable } from '../kit/assert.ts'
import { AppError } from '../kit/errors.ts'
import type { Memory, SupersedeOutcome } from '../model/memory.ts'
import { globalProject } from '../model/project.ts'
import { newMemory } from './capturing.ts'
import { client, fromOlderClients, isoTime, memoryId, optional, sessionId, text } from './fields.ts'
import { iso } from './memory-view.ts'
import { noMemory } from './not-found.ts'
import { defineOperation } from './operation.ts'

export const memoryContradict = defineOperation({
  name: 'memory_contradict',
  access: 'write',
  summary: 'Say that a memory no longer holds, and what holds instead.',
  details:
    'The old text stays readable by id and is marked as superseded; it is no longer shown as current anywhere. A fact that is held already takes its place without being stored twice, and a pin is handed on. Of several corrections of one memory the first counts; the others are told which one. Over MCP, what is not a note of an agent in the project it works in is not replaced: the new fact stands beside it as an agent’s (`proposed`), memory_conflicts lists the two, and the user decides.',
  params: z.strictObject({
    id: memoryId,
    new_fact: text,
    session_id: optional(sessionId),
    client: optional(client),
    ...fromOlderClients('cue_embedding'),
  }),
  result: z.object({
    original_id: z.string(),
    new_record_id: z.string(),
    edge_type: z.literal('contradicts'),
    ts: isoTime,
    proposed: z
      .literal(true)
      .optional()
      .describe('The original holds; the new fact stands beside it until the user decides.'),
  }),
  example: {
    id: '01890000-0000-7000-8000-000000000001',
    new_fact: 'The staging database moved to port 5434.',
  },
  async run(context, params) {
    const [original] = await context.store.get([params.id])
    const said = { text: params.new_fact, role: 'note', kind: 'fact' } as const
    const { project } = original ?? { project: globalProject }
    const where = { project, session_id: params.session_id, client: params.client }
    const statement = { ...newMemory(context, said, where), messageId: null }
    const outcome = await context.store.supersede(params.id, statement)
    if (outcome.kind !== 'superseded' && outcome.kind !== 'proposed') throw notSuperseded(params.id, outcome)
    return {
      original_id: params.id,
      new_record_id: outcome.memory.id,
      edge_type: 'contradicts',
      ts: iso(statement.saidAt),
      ...(outcome.kind === 'proposed' && { proposed: true as const }),
    } as const
  },
})

type NotKept = Exclude<SupersedeOutcome, { readonly memory: Memory }>

function notSuperseded(id: string, outcome: NotKept): AppError {
  switch (outcome.kind) {
    case 'unknown':
      return noMemory(id)
    case 'already':
      if (outcome.by === id) {
        return new AppError(
          'invalid_params',
          `memory ${id} was taken back where it was said, so it does not hold; keep 'new_fact' on its own, with memory_capture`,
        )
      }
      return new AppError(
        'invalid_params',
        `memory ${id} is already superseded by ${outcome.by}; contradict that one`,
      )
    case 'same':
      return new AppError(
        'invalid_params',
        `'new_fact' says what memory ${id} says; say what holds instead, or use memory_reinforce if it still holds`,
      )
    case 'refused':
      return new AppError(
        'invalid_params',
        "'new_fact' was forgotten on request and is not taken in again; nothing was changed, say it in other words to keep it",
      )
    case 'withheld':
      return new AppError(
        'invalid_params',
        "all of 'new_fact' is private, so there is nothing to put in the place of the memory; nothing was changed",
      )
    default:
      return unreachable(outcome)
  }
}
