import { z } from 'zod'
import { AppError } from '../kit/errors.ts'
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
    'The old text stays readable by id and is marked as superseded; it is no longer shown as current anywhere.',
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
  }),
  example: {
    id: '01890000-0000-7000-8000-000000000001',
    new_fact: 'The staging database moved to port 5434.',
  },
  async run(context, params) {
    const [original] = await context.store.get([params.id])
    if (original === undefined) throw noMemory(params.id)
    if (original.supersededBy !== null) {
      throw new AppError(
        'invalid_params',
        `memory ${params.id} is already superseded by ${original.supersededBy}; contradict that one`,
      )
    }
    const said = { text: params.new_fact, role: 'note', kind: 'fact' } as const
    const where = { project: original.project, session_id: params.session_id, client: params.client }
    const replacement = await context.store.supersede(params.id, newMemory(context, said, where))
    if (replacement === null) throw noMemory(params.id)
    return {
      original_id: params.id,
      new_record_id: replacement.id,
      edge_type: 'contradicts',
      ts: iso(replacement.saidAt),
    } as const
  },
})
