import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { listingFields, listingFilter, pageOf } from './listing.ts'
import { memoryView, viewOf } from './memory-view.ts'
import { defineOperation } from './operation.ts'

export const memoryExport = defineOperation({
  name: 'memory_export',
  access: 'read',
  summary: 'Everything that is held, oldest first, superseded memories included, a page at a time.',
  details: 'Ask again with `after` set to `next` until `next` is null.',
  params: z.strictObject(listingFields),
  result: z.object({ memories: z.array(memoryView), next: z.string().nullable() }),
  example: { all_projects: true, limit: 500 },
  async run(context, params) {
    const limit = params.limit ?? limits.listLimitMax
    const filter = { ...(await listingFilter(context, params)), currentOnly: false }
    const page = { limit, order: 'oldest', after: params.after } as const
    const { memories, next } = await pageOf(context.store, filter, page)
    return { memories: memories.map(viewOf), next }
  },
})
