import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { defineOperation } from './operation.ts'

export const memoryIds = defineOperation({
  name: 'memory_ids',
  access: 'read',
  summary: 'The record ids that begin with these characters, for whoever has the first ones of an id.',
  params: z.strictObject({
    start: z
      .string()
      .regex(/^[0-9a-f]{8}[0-9a-f-]{0,28}$/, 'expected at least 8 characters of an id, in lower case'),
  }),
  result: z.object({ ids: z.array(z.string()).describe(`At most ${limits.idsSharingStartMax}, in order.`) }),
  example: { start: '01890000' },
  async run({ store }, { start }) {
    if (start.replaceAll('-', '').length > 32) return { ids: [] }
    return { ids: [...(await store.idsFrom(start, limits.idsSharingStartMax))] }
  },
})
