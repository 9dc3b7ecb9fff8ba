// What the first prompt of a session brings back unasked: a few hits that clearly are about it, or nothing. Recall ranks
// and always has a best hit; a floor on the evidence keeps habit and chance out of the prompt.
import type { z } from 'zod'
import { limits } from '../../kit/limits.ts'
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
    cue: prompt.slice(0, limits.hookPromptCharsMax),
    budget_tokens: limits.promptRecallHitTokensMax,
    limit: limits.promptRecallHitsMax,
    explain: true,
  }
  const recalled = (await call(memoryRecall.name, params)) as Recalled
  const hits = recalled.hits.filter(isAboveFloor)
  if (hits.length === 0) return null
  return hitsText({ hits: hits.map(said), superseded: recalled.anti_hits.filter(isAboveFloor).map(said) })
}

const said = (hit: Hit) => saidOfHit(hit, false)

/** Only evidence from the words themselves counts; who said it and when is no sign that it is about the prompt. */
function isAboveFloor({ components = {} }: Hit): boolean {
  const { turn = 0, round = 0, bigram = 0, phrase = 0 } = components
  return phrase > 0 || turn + round + bigram >= limits.promptRecallEvidenceMin
}
