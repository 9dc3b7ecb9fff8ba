import { z } from 'zod'
import { defineOperation } from './operation.ts'

export const topology = defineOperation({
  name: 'topology',
  access: 'read',
  summary: 'Size of the memory graph, kept for older clients: only N is computed here.',
  details: 'The other figures described a graph that changed no answer, so they are null.',
  params: z.strictObject({}),
  result: z.object({
    N: z.int(),
    C: z.null(),
    L: z.null(),
    sigma: z.null(),
    community_count: z.null(),
    rich_club_ratio: z.null(),
    regime: z.null(),
  }),
  example: {},
  async run({ store }) {
    const { memories } = await store.stats()
    return {
      N: memories,
      C: null,
      L: null,
      sigma: null,
      community_count: null,
      rich_club_ratio: null,
      regime: null,
    }
  },
})
