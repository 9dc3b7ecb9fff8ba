// What the first prompt of a session brings back unasked: a few hits that are about it, or nothing. An answer that was
// asked for may show weaker hits behind a relevant one; here each has to reach recall's relevance floor itself.
import type { z } from 'zod'
import { limits } from '../../kit/limits.ts'
import { globalProject } from '../../model/project.ts'
import { memoryRecall } from '../../operations/memory-recall.ts'
import { hitsText, saidOfHit } from '../mcp/tool-views.ts'

type Recalled = z.infer<typeof memoryRecall.result>
type Hit = Recalled['hits'][number]

export interface PromptScope {
  readonly client: string
  readonly session_id: string
  readonly cwd?: string | undefined
}

/** Text for the model, or null when nothing is above the floor. */
export async function promptRecall(
  call: (method: string, params: Readonly<Record<string, unknown>>) => Promise<unknown>,
  scope: PromptScope,
  prompt: string,
): Promise<string | null> {
  const params = {
    ...scope,
    // The prompt itself may be captured by now.
    except_own_session: true,
    cue: prompt.slice(0, limits.hookPromptCharsMax),
    budget_tokens: limits.promptRecallHitTokensMax,
    limit: limits.promptRecallHitsMax,
  }
  const { hits, anti_hits, left_out } = (await call(memoryRecall.name, params)) as Recalled
  const relevant = (found: readonly Hit[]) =>
    found.filter((hit) => hit.relevance >= left_out.floor && !isAgentsElsewhere(hit, scope))
  const shown = relevant(hits)
  if (shown.length === 0) return null
  // What was replaced says what it was before; what was taken back is for who asks.
  const replaced = relevant(anti_hits).filter(({ superseded_by }) => superseded_by !== null)
  return hitsText({ hits: shown.map(said), superseded: replaced.map(said) })
}

/** What an agent noted outside any project is found when asked for, and not told to a project's sessions unasked. */
function isAgentsElsewhere({ role, trust, project }: Hit, { cwd }: PromptScope): boolean {
  return cwd !== undefined && project === globalProject && role === 'note' && trust !== 'user'
}

const said = (hit: Hit) => saidOfHit(hit, false)
