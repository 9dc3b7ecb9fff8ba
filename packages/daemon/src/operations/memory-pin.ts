import { z } from 'zod'
import { pins } from '../model/memory.ts'
import { memoryId, optional } from './fields.ts'
import { noMemory } from './not-found.ts'
import { defineOperation } from './operation.ts'

export const memoryPin = defineOperation({
  name: 'memory_pin',
  access: 'write',
  summary: 'Put a memory in front of every session of its project, or of all projects; or take the pin away.',
  params: z.strictObject({
    id: memoryId,
    pin: optional(
      z
        .enum([...pins, 'none'])
        .describe('project (default): its own project · global: every project · none: take the pin away.'),
    ),
  }),
  result: z.object({ id: z.string(), pin: z.enum([...pins, 'none']) }),
  example: { id: '01890000-0000-7000-8000-000000000001', pin: 'project' },
  async run({ store }, { id, pin = 'project' }) {
    if (!(await store.pin(id, pin === 'none' ? null : pin))) throw noMemory(id)
    return { id, pin }
  },
})
