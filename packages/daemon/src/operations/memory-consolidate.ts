import { z } from 'zod'
import { fromOlderClients } from './fields.ts'
import { defineOperation } from './operation.ts'

export const memoryConsolidate = defineOperation({
  name: 'memory_consolidate',
  access: 'write',
  summary: 'Tidy up now: merge the text index and return free space.',
  details:
    'Nothing that was said is changed. Summaries and schema candidates are not made, so those figures are zero and empty.',
  params: z.strictObject(fromOlderClients('session_id')),
  result: z.object({
    mode: z.literal('maintenance'),
    tier: z.literal('index'),
    summaries_created: z.int(),
    decay_result: z.object({ decayed: z.int(), bytes_before: z.int(), bytes_after: z.int() }),
    schema_candidates: z.array(z.string()),
  }),
  example: {},
  async run({ store }) {
    const before = await store.stats()
    await store.optimise()
    const after = await store.stats()
    return {
      mode: 'maintenance',
      tier: 'index',
      summaries_created: 0,
      decay_result: { decayed: 0, bytes_before: before.bytes, bytes_after: after.bytes },
      schema_candidates: [],
    } as const
  },
})
