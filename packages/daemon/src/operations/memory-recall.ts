import { z } from 'zod'
import { contradictionOf, isAgentsProposal } from '../consolidation/rows.ts'
import { limits } from '../kit/limits.ts'
import { roles, trusts } from '../model/memory.ts'
import type { RecallAnswer } from '../recall/answer.ts'
import { correctedBelow } from '../recall/corrected-below.ts'
import { markCorrected, memoriesQuotedIn } from '../recall/corrections.ts'
import { meaningQuestion } from '../recall/meaning-asking.ts'
import { recallSearch } from '../recall/recall.ts'
import type { Store } from '../store/store.ts'
import { allProjects, fromOlderClients, isoTime, optional, role, scopeFields, sessionId } from './fields.ts'
import { defineOperation } from './operation.ts'
import { visibleProjects } from './scope.ts'

const correction = z.object({
  of: z.string().describe('The memory it is about: the hit, or one quoted with it.'),
  record_id: z.string().describe('The memory that says otherwise.'),
  said_at: isoTime,
  old_value: z.string(),
  new_value: z.string().nullable().describe('Null when the old value was only taken back.'),
  settled: z.boolean().describe('False: both cannot hold, and nobody said which does.'),
})

const hit = z.object({
  record_id: z.string(),
  score: z.number(),
  relevance: z.number().describe('The part of the score that is about the cue.'),
  reason: z.string(),
  literal_surface: z.string(),
  adjacent_suggestions: z.array(z.string()),
  quotes: z.array(z.string()).describe('Other memories of which `literal_surface` shows words.'),
  quoted_passages: z
    .array(z.object({ record_id: z.string(), start: z.int(), end: z.int() }))
    .describe('Which words of them, as `passage` says it of the hit.'),
  valid_from: isoTime,
  valid_to: isoTime.nullable(),
  superseded_by: z.string().nullable(),
  corrections: z.array(correction).describe('Later statements that take the place of one that is shown.'),
  role: z.enum(roles),
  trust: z.enum(trusts).describe('Whose word it is: `tool` is what a program or a web page said.'),
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
    "Looks in the caller's project and in what belongs to no project; `all_projects` crosses over. A cue in quotes asks for the exact words. Superseded memories are never among `hits`; those that match are in `anti_hits`. A turn of which a part was replaced in words stays a hit, below what replaced it; `corrections` name the part. When no hit is relevant enough there are none, and `left_out` says what was found.",
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
    except_own_session: optional(
      z.boolean().describe('Leave out what was said in `session_id`: the caller has it in front of it.'),
    ),
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
    left_out: z
      .object({
        count: z.int().describe('Passages that share something with the cue; 0 when the answer has hits.'),
        floor: z.number(),
        best: z.number(),
        examples: z
          .array(
            z.object({
              record_id: z.string(),
              score: z.number(),
              relevance: z.number(),
              components: z.record(z.string(), z.number()),
            }),
          )
          .optional(),
      })
      .describe('What has too little to do with the cue to be shown; `explain` names the best of it.'),
    activation_trace: z.array(z.string()),
    budget_used: z.int(),
    cue_mode: z.enum(['verbatim', 'concept']),
    patterns_observed: z.array(z.string()),
  }),
  example: { cue: 'which port does the staging database use', cwd: '/home/ada/shop' },
  async run(context, params) {
    const request = {
      cue: params.cue,
      projects: await visibleProjects(context, params),
      session: params.in_session,
      roles: params.roles,
      client: params.from_client,
      since: params.since,
      until: params.until,
      pinnedOnly: params.pinned_only,
      exceptOwnSession: params.except_own_session,
      sessionId: params.session_id,
      budgetTokens: params.budget_tokens ?? limits.recallBudgetTokensDefault,
      limit: params.limit ?? limits.recallHitsDefault,
      now: params.now ?? context.now(),
      explain: params.explain,
    }
    const meaning = await context.meaning.nearest(meaningQuestion(request))
    return withCorrections(context.store, await context.store.search(recallSearch, { ...request, meaning }))
  },
})

async function withCorrections(store: Store, answer: RecallAnswer): Promise<RecallAnswer> {
  const memories = memoriesQuotedIn(answer)
  if (memories.length === 0) return answer
  const rows = await store.derivedQuoting({ kinds: ['correction', 'proposal'], memories })
  // What an agent proposes against the user's words is for the user to look at, not a doubt about them.
  const said = rows.filter((row) => !isAgentsProposal(row))
  const marked = markCorrected(answer, said.map(contradictionOf))
  return { ...marked, hits: correctedBelow(marked.hits) }
}
