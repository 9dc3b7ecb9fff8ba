import { z } from 'zod'
import { assert } from '../kit/assert.ts'
import { limits } from '../kit/limits.ts'
import { kinds } from '../model/memory.ts'
import { captureAnswer, captureStatuses, newMemory } from './capturing.ts'
import { optional, role, saidAt, scopeFields, text } from './fields.ts'
import { defineOperation } from './operation.ts'
import { projectToWrite } from './scope.ts'

export const memoryCapture = defineOperation({
  name: 'memory_capture',
  access: 'write',
  summary: 'Keep one text, verbatim.',
  details:
    'Durable when it answers. A note or fact whose text is already held is noted as said again (`reinforced`); a message already stored under the same client, session and message id is `skipped`. `cue` and `tier` are accepted from older clients: `tier: "semantic"` makes a fact, `cue` is not used (the text itself is what is searched).',
  params: z.strictObject({
    text,
    role: optional(role),
    kind: optional(
      z
        .enum(kinds)
        .exclude(['summary'])
        .describe('turn or fact; by default a note is a fact, the rest are turns.'),
    ),
    tier: optional(z.string().max(limits.idCharsMax)),
    cue: optional(z.string()),
    message_id: optional(z.string().min(1).max(limits.idCharsMax).describe("The host's id of the message.")),
    said_at: optional(saidAt),
    speaker: optional(z.string().min(1).max(limits.idCharsMax)),
    ...scopeFields,
  }),
  result: z.object({ status: z.enum(captureStatuses), record_id: z.string(), reason: z.string() }),
  example: { text: 'The staging database listens on port 5433.', cwd: '/home/ada/shop' },
  async run(context, params) {
    const project = await projectToWrite(context, params)
    const kind = params.kind ?? (params.tier === 'semantic' ? 'fact' : undefined)
    const said = { ...params, role: params.role ?? 'note', kind } as const
    const [outcome] = await context.store.capture([newMemory(context, said, { ...params, project })])
    assert(outcome !== undefined, 'a store answers one outcome per item')
    return captureAnswer(outcome)
  },
})
