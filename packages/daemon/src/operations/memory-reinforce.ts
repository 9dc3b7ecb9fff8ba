import { z } from 'zod'
import { memoryIds } from './fields.ts'
import { defineOperation } from './operation.ts'

export const memoryReinforce = defineOperation({
  name: 'memory_reinforce',
  access: 'write',
  summary: 'Note that memories were relied on; what is relied on most comes first among the key memories.',
  details: 'Unknown ids are left out of the answer.',
  params: z.strictObject({ ids: memoryIds }),
  result: z.object({ edges_boosted: z.int(), new_weights: z.record(z.string(), z.int()) }),
  example: { ids: ['01890000-0000-7000-8000-000000000001'] },
  async run({ store, now }, { ids }) {
    const counts = await store.reinforce([...new Set(ids)], now())
    return { edges_boosted: counts.size, new_weights: Object.fromEntries(counts) }
  },
})
