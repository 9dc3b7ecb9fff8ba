import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { optional } from './fields.ts'
import { listingFields, listingFilter, pageOf } from './listing.ts'
import { memoryView, viewOf } from './memory-view.ts'
import { defineOperation } from './operation.ts'

export const memoryList = defineOperation({
  name: 'memory_list',
  access: 'read',
  summary: 'Memories in the order in which they were said, newest first, a page at a time.',
  details: 'With `session_id`, only what was said in that session.',
  params: z.strictObject({
    ...listingFields,
    order: optional(z.enum(['newest', 'oldest'])),
    pinned_only: optional(z.boolean()),
    include_superseded: optional(z.boolean()),
  }),
  result: z.object({ memories: z.array(memoryView), next: z.string().nullable() }),
  example: { cwd: '/home/ada/shop', limit: 20 },
  async run(context, params) {
    const limit = params.limit ?? limits.listLimitDefault
    const filter = {
      ...(await listingFilter(context, params)),
      pin: params.pinned_only === true ? ('any' as const) : undefined,
      currentOnly: params.include_superseded !== true,
    }
    const page = { limit, order: params.order ?? 'newest', after: params.after }
    const { memories, next } = await pageOf(context.store, filter, page)
    return { memories: memories.map(viewOf), next }
  },
})
