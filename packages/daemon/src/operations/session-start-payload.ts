import { z } from 'zod'
import { type AssembledContext, assembleContext, contextBudget } from '../context/assemble.ts'
import type { ExplainedLine } from '../context/line.ts'
import { gatherMaterial, type MaterialRequest } from '../context/material.ts'
import { breakpointMarker } from '../context/payload.ts'
import { limits } from '../kit/limits.ts'
import { type WakeDepth, wakeDepths } from '../model/profile.ts'
import { noSession } from '../model/session.ts'
import { optional, scopeFields, tokenCount, wakeDepth } from './fields.ts'
import { defineOperation, type OperationContext } from './operation.ts'
import { projectOf } from './scope.ts'

const explainedLine = z.object({
  layer: z.enum(['l0', 'l1', 'l2', 'rich_club']),
  line: z.string(),
  memory_ids: z.array(z.string()),
  reason: z.string(),
  tokens: z.int(),
})

export const sessionStartPayload = defineOperation({
  name: 'session_start_payload',
  access: 'read',
  summary: 'The slice of the past that belongs in front of an agent when a session starts.',
  details:
    'Always all twelve keys; with `explain` a thirteenth says for each line which memories it is made from and why it is there. `wake_depth` minimal gives handles only (30 tokens), standard 2,000 tokens, deep 4,000; any other value is ignored and the profile decides. The same bytes for one session id until a fact, pin, correction, forgetting or profile change makes something new worth saying.',
  params: z.strictObject({
    wake_depth: z
      .unknown()
      .optional()
      .describe(`${wakeDepths.join(', ')}; anything else is ignored.`),
    budget_tokens: optional(tokenCount).describe('Fewer tokens than the depth allows.'),
    explain: optional(z.boolean().describe('Say for each line where it comes from and why it is there.')),
    ...scopeFields,
  }),
  result: z.object({
    l0: z.string(),
    l1: z.string(),
    l2: z.array(z.string()),
    rich_club: z.string(),
    total_cached_tokens: z.int(),
    total_dynamic_tokens: z.int(),
    breakpoint_marker: z.literal(breakpointMarker),
    identity_pointer: z.string(),
    brain_handle: z.string(),
    topic_cluster_hint: z.string(),
    compact_handle: z.string(),
    wake_depth: wakeDepth,
    explanation: z.array(explainedLine).optional(),
  }),
  example: { session_id: 'ses_2', wake_depth: 'standard', cwd: '/home/ada/shop' },
  async run(context, params) {
    const sessionId = params.session_id ?? noSession
    const asked = { sessionId, client: params.client }
    const [project, profile, standing, asOf] = await Promise.all([
      projectOf(context, params),
      context.store.profile(),
      context.store.standingRevision(),
      beganAt(context, asked),
    ])
    const depth = wakeDepth.safeParse(params.wake_depth).data ?? profile.wake_depth
    const budget = contextBudget({ depth, budgetTokens: params.budget_tokens })
    const key = JSON.stringify([params.client ?? null, sessionId, depth, project, budget])
    const known = sessionId === noSession ? undefined : context.contextCache.get(key, standing)
    const assembled = known ?? (await assemble(context, { ...asked, project, profile, asOf, depth, budget }))
    if (sessionId !== noSession) context.contextCache.set(key, standing, assembled)
    const { payload, lines } = assembled
    const { identity_pointer, brain_handle, compact_handle } = payload
    context.contextCache.giveOut([identity_pointer, brain_handle, compact_handle], standing, {
      sessionId,
      lines,
    })
    return params.explain === true ? { ...payload, explanation: lines.map(explanationOf) } : payload
  },
})

async function assemble(
  context: OperationContext,
  asked: MaterialRequest & { readonly depth: WakeDepth; readonly budget: number },
): Promise<AssembledContext> {
  const material = await gatherMaterial(context.store, asked)
  return assembleContext(material, { depth: asked.depth, budgetTokens: asked.budget })
}

/** A session under way keeps seeing the past as it was when it began, so its context survives a restart of the daemon. */
async function beganAt(
  context: OperationContext,
  { sessionId, client }: { sessionId: string; client: string | undefined },
): Promise<number> {
  const now = context.now()
  const session = sessionId === noSession ? null : await context.store.session(client ?? null, sessionId)
  const underWay =
    session !== null && session.closedAt === null && now - session.lastAt < limits.sessionIdleMsMax
  // Exclusive bound: what was said in this very millisecond counts as the past.
  return underWay ? session.startedAt : now + 1
}

function explanationOf({ memories, ...line }: ExplainedLine) {
  return { ...line, memory_ids: memories }
}
