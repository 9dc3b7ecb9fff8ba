// Parameters and paging shared by the operations that walk over memories.
import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { kinds } from '../model/memory.ts'
import type { MemoryFilter } from '../store/store.ts'
import { allProjects, memoryId, optional, pointInTime, role, scopeFields } from './fields.ts'
import type { OperationContext } from './operation.ts'
import { visibleProjects } from './scope.ts'

export const listingFields = {
  ...scopeFields,
  all_projects: allProjects,
  roles: optional(z.array(role).min(1)),
  kinds: optional(z.array(z.enum(kinds)).min(1)),
  since: optional(pointInTime.describe('Said at or after this time.')),
  until: optional(pointInTime.describe('Said before this time.')),
  limit: optional(z.int().min(1).max(limits.listLimitMax)),
  after: optional(memoryId.describe('Continue after this memory: `next` of the page before.')),
}

export async function listingFilter(
  context: OperationContext,
  params: z.output<z.ZodObject<typeof listingFields>>,
): Promise<MemoryFilter> {
  return {
    projects: await visibleProjects(context, params),
    session: params.session_id,
    client: params.client,
    roles: params.roles,
    kinds: params.kinds,
    since: params.since,
    until: params.until,
  }
}

/** Id to continue after, or null on the last page. */
export function nextPage(items: readonly { readonly id: string }[], limit: number): string | null {
  return items.length === limit ? (items.at(-1)?.id ?? null) : null
}
