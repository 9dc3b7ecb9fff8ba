import { z } from 'zod'
import { fromOlderClients } from './fields.ts'
import { defineOperation } from './operation.ts'

export const memoryConsolidate = defineOperation({
  name: 'memory_consolidate',
  access: 'write',
  summary:
    'Digest closed sessions, derive facts and open threads, and tidy up the index: now, instead of when idle.',
  details:
    'Nothing that was said is changed. `summaries_created` counts digested sessions, `schema_candidates` quotes candidate facts that were found (the first few). Nothing decays: `decayed` is how many derived rows no longer hold and were taken away. With `complete: false` there is more to do, and it goes on in the background.',
  params: z.strictObject(fromOlderClients('session_id')),
  result: z.object({
    mode: z.literal('incremental'),
    tier: z.literal('session'),
    summaries_created: z.int(),
    decay_result: z.object({ decayed: z.int(), bytes_before: z.int(), bytes_after: z.int() }),
    schema_candidates: z.array(z.string()),
    projects: z.int(),
    derived: z.int(),
    complete: z.boolean(),
    ms: z.int(),
  }),
  example: {},
  async run({ store, consolidate }) {
    const before = await store.stats()
    const report = await consolidate()
    await store.optimise()
    const after = await store.stats()
    return {
      mode: 'incremental',
      tier: 'session',
      summaries_created: report.sessions,
      decay_result: { decayed: report.removed, bytes_before: before.bytes, bytes_after: after.bytes },
      schema_candidates: [...report.candidates],
      projects: report.projects,
      derived: report.derived,
      complete: report.complete,
      ms: report.ms,
    } as const
  },
})
