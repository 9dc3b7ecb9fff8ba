import { z } from 'zod'
import type { Contradiction } from '../consolidation/contradictions.ts'
import type { Saying } from '../consolidation/quotation.ts'
import { contradictionOf } from '../consolidation/rows.ts'
import { limits } from '../kit/limits.ts'
import { roles } from '../model/memory.ts'
import { isoTime, optional, scopeFields } from './fields.ts'
import { iso } from './memory-view.ts'
import { defineOperation } from './operation.ts'
import { projectOf } from './scope.ts'

const saying = z.object({ memory_id: z.string(), text: z.string(), role: z.enum(roles), said_at: isoTime })

export const memoryConflicts = defineOperation({
  name: 'memory_conflicts',
  access: 'read',
  summary: 'Statements of a project that cannot both hold: the same thing with another value later on.',
  details:
    'Only proposals: nothing is changed by them. If the newer one is right, say so with memory_contradict (`id` of the older, the newer words as `new_fact`); if both hold, with memory_conflict_dismiss. With `replaced`, also those in which the newer statement says in words that it replaces the older one: they are settled, and the older one is no longer shown as current. Found when sessions are consolidated; the latest first. Of `kind` `proposed` is what an agent would put in the place of words that only the user replaces.',
  params: z.strictObject({
    replaced: optional(z.boolean()),
    limit: optional(z.int().min(1).max(limits.listLimitMax)),
    ...scopeFields,
  }),
  result: z.object({
    conflicts: z.array(
      z.object({
        settled: z.boolean(),
        kind: z.string(),
        about: z.string(),
        old_value: z.string(),
        new_value: z.string().nullable(),
        older: saying,
        newer: saying,
      }),
    ),
  }),
  example: { cwd: '/home/ada/shop' },
  async run(context, params) {
    const project = await projectOf(context, params)
    const limit = params.limit ?? limits.listLimitDefault
    const kinds = params.replaced === true ? (['proposal', 'correction'] as const) : (['proposal'] as const)
    const rows = await Promise.all(kinds.map((kind) => context.store.derived({ kind, project, limit })))
    const found = rows.flat().sort((a, b) => (b.rank ?? 0) - (a.rank ?? 0))
    return { conflicts: found.slice(0, limit).map((row) => conflictView(contradictionOf(row))) }
  },
})

function conflictView({ explicit, attribute, subject, oldValue, newValue, older, newer }: Contradiction) {
  return {
    settled: explicit,
    kind: attribute,
    about: subject,
    old_value: oldValue,
    new_value: newValue,
    older: sayingView(older),
    newer: sayingView(newer),
  }
}

function sayingView({ memoryId, text, role, saidAt }: Saying) {
  return { memory_id: memoryId, text, role, said_at: iso(saidAt) }
}
