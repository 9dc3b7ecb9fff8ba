// Parameters and paging shared by the operations that walk over memories.
import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { kinds, type Memory } from '../model/memory.ts'
import type { MemoryFilter } from '../store/filter.ts'
import type { ListedMemory, ListPage, Store } from '../store/store.ts'
import { after, allProjects, optional, pointInTime, role, scopeFields } from './fields.ts'
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
  after,
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

/** One page, and what to continue after; null when nothing comes after it. Long texts make a page shorter than asked for. */
export async function pageOf(
  store: Store,
  filter: MemoryFilter,
  { limit, ...page }: ListPage,
): Promise<{ readonly memories: readonly ListedMemory[]; readonly next: string | null }> {
  // One more than asked for tells whether there is a next page.
  const found = await store.list(filter, { ...page, limit: limit + 1, charsMax: limits.listTextCharsMax })
  const memories = thatFit(found.slice(0, limit))
  return { memories, next: found.length > memories.length ? (memories.at(-1)?.cursor ?? null) : null }
}

/** The first memories, as many as have texts that fit one answer; one in any case. */
export function thatFit<Item extends Memory>(memories: readonly Item[]): readonly Item[] {
  let chars = 0
  const beyond = memories.findIndex(({ text }, place) => {
    chars += text.length
    return place > 0 && chars > limits.listTextCharsMax
  })
  return beyond < 0 ? memories : memories.slice(0, beyond)
}
