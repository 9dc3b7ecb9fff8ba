// What MemoryFilter means, said once in plain words.
import type { Memory } from '../model/memory.ts'
import type { MemoryFilter } from './filter.ts'

export function matches(memory: Memory, filter: MemoryFilter): boolean {
  return (
    (filter.projects === null || filter.projects.includes(memory.project)) &&
    (filter.session === undefined || filter.session === memory.session) &&
    (filter.client === undefined || filter.client === memory.client) &&
    (filter.roles === undefined || filter.roles.includes(memory.role)) &&
    (filter.kinds === undefined || filter.kinds.includes(memory.kind)) &&
    (filter.trusts === undefined || filter.trusts.includes(memory.trust)) &&
    (filter.since === undefined || memory.saidAt >= filter.since) &&
    (filter.until === undefined || memory.saidAt < filter.until) &&
    (filter.pin === undefined || (filter.pin === 'any' ? memory.pin !== null : filter.pin === memory.pin)) &&
    (filter.currentOnly === false || memory.supersededAt === null)
  )
}
