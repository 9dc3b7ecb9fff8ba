import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { fromOlderClients, isoTime, optional, pointInTime } from './fields.ts'
import { iso } from './memory-view.ts'
import { defineOperation } from './operation.ts'

export const eventsQuery = defineOperation({
  name: 'events_query',
  access: 'read',
  summary: 'What the daemon did lately: starts, stops, drained spools, forgotten ids. Never any text.',
  params: z.strictObject({
    kind: optional(z.string().min(1).max(limits.idCharsMax)),
    since: optional(pointInTime.describe('At or after this time: milliseconds since 1970, or ISO 8601.')),
    ...fromOlderClients('severity'),
    limit: optional(z.int().min(1).max(limits.listLimitMax)),
  }),
  result: z.object({
    events: z.array(
      z.object({
        ts: isoTime,
        kind: z.string(),
        data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      }),
    ),
  }),
  example: { limit: 20 },
  async run({ store }, params) {
    const events = await store.events({
      kind: params.kind,
      since: params.since,
      limit: params.limit ?? limits.listLimitDefault,
    })
    return {
      events: events.map((event) => ({ ts: iso(event.at), kind: event.kind, data: { ...event.data } })),
    }
  },
})
