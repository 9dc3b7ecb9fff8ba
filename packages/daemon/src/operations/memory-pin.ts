import { z } from 'zod'
import { memoryId, optional } from './fields.ts'
import { noMemory } from './not-found.ts'
import { defineOperation } from './operation.ts'

const settable = ['project', 'global', 'none'] as const

export const memoryPin = defineOperation({
  name: 'memory_pin',
  access: 'write',
  summary: 'Put a memory in front of every session of its project, or of all projects; or take the pin away.',
  details:
    "Over MCP only what an agent wrote in the project it works in, for that project, and not what the user has pinned. Such a pin is shown as the agent's (`agent`).",
  params: z.strictObject({
    id: memoryId,
    pin: optional(
      z
        .enum(settable)
        .describe('project (default): its own project · global: every project · none: take the pin away.'),
    ),
  }),
  result: z.object({ id: z.string(), pin: z.enum(settable) }),
  example: { id: '01890000-0000-7000-8000-000000000001', pin: 'project' },
  async run({ store }, { id, pin = 'project' }) {
    if (!(await store.pin(id, pin === 'none' ? null : pin))) throw noMemory(id)
    return { id, pin }
  },
})
