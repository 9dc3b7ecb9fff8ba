// Orchestrates one recall: analyse the cue, ask the store for candidates, score, pack. All decisions are pure functions
// in this folder; this file only moves data between them and the store. Read-only: asking changes nothing.

import { AppError } from '../kit/errors.ts'
import type { Candidate } from '../store/search.ts'
import type { MemoryFilter, Store } from '../store/store.ts'
import { analyse } from '../text/analyser.ts'
import { countTokens } from '../text/tokens.ts'
import type { RecallAnswer, RecallHit, RecallRequest } from './answer.ts'

/** Hits for `request`, best first, within its token budget. Rejects with AppError `invalid_params` for an unreadable date. */
export async function recall(store: Store, request: RecallRequest): Promise<RecallAnswer> {
  const terms = [...new Set(analyse(request.cue))]
  const verbatim = /^\s*["“«].*["”»]\s*$/su.test(request.cue)
  const groups = verbatim ? [] : terms.map((term) => [term])
  const phrases = verbatim ? [terms] : []
  const pool =
    terms.length === 0 || request.limit === 0
      ? { candidates: [] }
      : await store.search({ filter: filterOf(request), groups, phrases, limit: request.limit })
  const hits: RecallHit[] = []
  let budgetUsed = 0
  for (const candidate of pool.candidates.slice(0, request.limit)) {
    const tokens = countTokens(candidate.memory.text.slice(candidate.start, candidate.end))
    if (budgetUsed + tokens > request.budgetTokens) continue
    budgetUsed += tokens
    hits.push(hitOf(candidate))
  }
  return {
    hits,
    anti_hits: [],
    activation_trace: [`${terms.length} terms`, `${pool.candidates.length} candidates`],
    budget_used: budgetUsed,
    cue_mode: verbatim ? 'verbatim' : 'concept',
    patterns_observed: [],
  }
}

function filterOf(request: RecallRequest): MemoryFilter {
  return {
    projects: request.projects,
    session: request.session,
    client: request.client,
    roles: request.roles,
    since: timeOf(request.since),
    until: timeOf(request.until),
    pin: request.pinnedOnly === true ? 'any' : undefined,
  }
}

function timeOf(value: number | string | undefined): number | undefined {
  if (value === undefined || typeof value === 'number') return value
  const at = Date.parse(value)
  if (Number.isNaN(at)) {
    throw new AppError('invalid_params', `cannot read the date '${value.slice(0, 40)}'; write 2026-03-31`)
  }
  return at
}

function hitOf({ memory, start, end, bm25 }: Candidate): RecallHit {
  return {
    record_id: memory.id,
    score: bm25,
    reason: 'shares words with the cue',
    literal_surface: memory.text.slice(start, end),
    adjacent_suggestions: [],
    valid_from: new Date(memory.saidAt).toISOString(),
    valid_to: memory.supersededAt === null ? null : new Date(memory.supersededAt).toISOString(),
    role: memory.role,
    speaker: memory.speaker,
    session: memory.session,
    client: memory.client,
    project: memory.project,
    message_id: memory.messageId,
    said_at: new Date(memory.saidAt).toISOString(),
    passage: { start, end },
  }
}
