import { z } from 'zod'
import { memoryIds } from './fields.ts'
import { memoryView, viewOf } from './memory-view.ts'
import { defineOperation } from './operation.ts'

export const memoryGet = defineOperation({
  name: 'memory_get',
  access: 'read',
  summary: 'Memories by id, whole, superseded ones included.',
  params: z.strictObject({ ids: memoryIds }),
  result: z.object({ memories: z.array(memoryView), missing: z.array(z.string()) }),
  example: { ids: ['01890000-0000-7000-8000-000000000001'] },
  async run({ store }, { ids }) {
    const memories = await store.get(ids)
    const found = new Set(memories.map((memory) => memory.id))
    return { memories: memories.map(viewOf), missing: ids.filter((id) => !found.has(id)) }
  },
})
