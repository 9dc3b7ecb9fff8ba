import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { roles } from '../model/memory.ts'
import { recallSearch } from '../recall/recall.ts'
import { allProjects, fromOlderClients, isoTime, optional, role, scopeFields, sessionId } from './fields.ts'
import { defineOperation } from './operation.ts'
import { visibleProjects } from './scope.ts'

const hit = z.object({
  record_id: z.string(),
  score: z.number(),
  reason: z.string(),
  literal_surface: z.string(),
  adjacent_suggestions: z.array(z.string()),
  valid_from: isoTime,
  valid_to: isoTime.nullable(),
  role: z.enum(roles),
  speaker: z.string().nullable(),
  session: z.string(),
  client: z.string(),
  project: z.string(),
  message_id: z.string().nullable(),
  said_at: isoTime,
  passage: z.object({ start: z.int(), end: z.int() }),
  components: z.record(z.string(), z.number()).optional(),
})

const timeBound = z
  .union([z.number(), z.string().min(1).max(limits.idCharsMax)])
  .describe('Milliseconds, ISO 8601, or words: "last month", "3 days ago".')

export const memoryRecall = defineOperation({
  name: 'memory_recall',
  access: 'read',
  summary: 'Find what was said about something.',
  details:
    "Looks in the caller's project and in what belongs to no project; `all_projects` crosses over. A cue in quotes asks for the exact words. Superseded memories are never among `hits`; those that match are in `anti_hits`.",
  params: z.strictObject({
    cue: z.string().max(limits.cueCharsMax).describe('The question, or keywords.'),
    budget_tokens: optional(z.int().min(0).max(limits.recallBudgetTokensMax)),
    limit: optional(z.int().min(0).max(limits.recallHitsMax).describe('At most this many hits.')),
    in_session: optional(sessionId.describe('Only this session.')),
    roles: optional(z.array(role).min(1)),
    from_client: optional(
      z.string().min(1).max(limits.idCharsMax).describe('Only what this host program captured.'),
    ),
    since: optional(timeBound),
    until: optional(timeBound),
    pinned_only: optional(z.boolean()),
    all_projects: allProjects,
    explain: optional(z.boolean().describe('Add every component of the score to each hit.')),
    now: optional(
      z
        .int()
        .min(0)
        .max(limits.timeMsMax)
        .describe('The present to read "yesterday" by, ms; default: the clock.'),
    ),
    ...fromOlderClients('cue_embedding', 'language'),
    ...scopeFields,
  }),
  result: z.object({
    hits: z.array(hit),
    anti_hits: z.array(hit),
    activation_trace: z.array(z.string()),
    budget_used: z.int(),
    cue_mode: z.enum(['verbatim', 'concept']),
    patterns_observed: z.array(z.string()),
  }),
  example: { cue: 'which port does the staging database use', cwd: '/home/ada/shop' },
  async run(context, params) {
    return context.store.search(recallSearch, {
      cue: params.cue,
      projects: await visibleProjects(context, params),
      session: params.in_session,
      roles: params.roles,
      client: params.from_client,
      since: params.since,
      until: params.until,
      pinnedOnly: params.pinned_only,
      sessionId: params.session_id,
      budgetTokens: params.budget_tokens ?? limits.recallBudgetTokensDefault,
      limit: params.limit ?? limits.recallHitsDefault,
      now: params.now ?? context.now(),
      explain: params.explain,
    })
  },
})
