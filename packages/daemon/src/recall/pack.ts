// Packs ranked memories into an answer of bounded size. Keeps: the token budget is never exceeded, best first; a text is
// shown whole or cut with the cut marked; a short turn brings the turn it belongs to, where that is not a hit itself.

import { isTakenBack, type Memory, usualTrust } from '../model/memory.ts'
import { noSession, sessionKey } from '../model/session.ts'
import type { FoundMemory } from '../store/search.ts'
import { isoTime } from '../text/dates.ts'
import { countTokens } from '../text/tokens.ts'
import type { QuotedPassage, RecallHit } from './answer.ts'
import type { Cue } from './cue.ts'
import type { Components } from './evidence-columns.ts'
import { type Excerpt, excerptOf } from './excerpt.ts'
import { reasonOf } from './reason.ts'
import { contributionsOf } from './score.ts'

/** A memory in its place in the ranking. */
export interface RankedMemory {
  readonly memory: FoundMemory
  readonly score: number
  readonly relevance: number
  /** Unweighted evidence. */
  readonly components: Components
  /** The turn before and after it in its session, where known. Asked for what is shown only: it may have to be read. */
  neighbours(): Neighbours
}

export interface Neighbours {
  readonly previous: FoundMemory | null
  readonly next: FoundMemory | null
}

export interface PackRequest {
  readonly cue: Cue
  readonly budgetTokens: number
  readonly limit: number
  readonly now: number
  readonly explain: boolean
  /** Weight of each cue term, for choosing what to show of a long text. */
  readonly termWeights: ReadonlyMap<string, number>
}

export interface Packed {
  readonly hits: readonly RecallHit[]
  readonly budgetUsed: number
}

/** No hit takes more than this share of the budget, so that a single long text never crowds out the rest. */
const hitShareMax = 1 / 3
const hitTokensMin = 120
/** After this many memories that did not fit, the rest is not tried. */
const misfitsMax = 4
const shortTurnCharsMax = 160

/** `ranked`, best first, is read as far as the budget goes. */
export function pack(ranked: Iterable<RankedMemory>, request: PackRequest): Packed {
  const { budgetTokens, limit } = request
  const tokensPerHit = Math.max(hitTokensMin, Math.floor(budgetTokens * hitShareMax))
  const chosen: { ranked: RankedMemory; excerpt: Excerpt }[] = []
  let left = Math.max(0, budgetTokens)
  let misfits = 0
  for (const candidate of ranked) {
    if (chosen.length >= limit || misfits >= misfitsMax || left <= 0) break
    const excerpt = excerptOf(candidate.memory, request.termWeights, Math.min(tokensPerHit, left))
    if (excerpt === null) {
      misfits++
      continue
    }
    left -= excerpt.tokens
    chosen.push({ ranked: candidate, excerpt })
  }
  const shown = new Set(chosen.map(({ ranked: { memory } }) => memory.id))
  const sessions = tally(chosen.map(({ ranked: { memory } }) => sessionKey(memory)))
  const hits = chosen.map(({ ranked: candidate, excerpt }) => {
    const { merged, quoted } = withPartner(
      candidate,
      excerpt,
      shown,
      Math.min(tokensPerHit - excerpt.tokens, left),
      request,
    )
    left -= merged.tokens - excerpt.tokens
    const siblings = siblingsOf(candidate.memory, sessions)
    const quotes = quoted.map(({ record_id }) => record_id)
    return { ...hitOf(candidate, merged, siblings, request), quotes, quoted_passages: quoted }
  })
  return { hits, budgetUsed: Math.max(0, budgetTokens) - left }
}

interface Merged {
  readonly merged: Excerpt
  /** What it shows of other memories. */
  readonly quoted: readonly QuotedPassage[]
}

/** The turn a short one answers or is answered by, in the same excerpt, in the order they were said. */
function withPartner(
  { memory, neighbours }: RankedMemory,
  excerpt: Excerpt,
  shown: Set<string>,
  tokensMax: number,
  request: PackRequest,
): Merged {
  const alone = { merged: excerpt, quoted: [] }
  if (memory.text.length > shortTurnCharsMax) return alone
  const { previous, next } = neighbours()
  const partner = memory.role === 'user' && next?.role === 'assistant' ? next : previous
  if (partner === null || shown.has(partner.id)) return alone
  const label = labelOf(partner)
  const extra = excerptOf(partner, request.termWeights, tokensMax - label.length - labelOf(memory).length)
  if (extra === null) return alone
  const own = `${labelOf(memory)} ${excerpt.surface}`
  const other = `${label} ${extra.surface}`
  const surface = partner === next ? `${own}\n${other}` : `${other}\n${own}`
  const tokens = countTokens(surface)
  if (tokens > excerpt.tokens + tokensMax) return alone
  shown.add(partner.id)
  const quoted = { record_id: partner.id, start: extra.start, end: extra.end }
  return { merged: { ...excerpt, surface, tokens }, quoted: [quoted] }
}

/** Two memories stand in one excerpt, so each says whose word it is and whether it holds. */
function labelOf(memory: Memory): string {
  const { speaker, role, trust, saidAt, supersededAt } = memory
  const isBack = isTakenBack(memory)
  const parts = [
    speaker ?? role,
    isoTime(saidAt).slice(0, 10),
    ...(trust === usualTrust[role] ? [] : [`from the ${trust}`]),
    ...(supersededAt === null
      ? []
      : [`${isBack ? 'taken back' : 'superseded'} ${isoTime(supersededAt).slice(0, 10)}`]),
  ]
  return `[${parts.join(', ')}]`
}

function hitOf(
  { memory, score, relevance, components, neighbours }: RankedMemory,
  excerpt: Excerpt,
  siblings: number,
  { cue, now, explain }: PackRequest,
): Omit<RecallHit, 'quotes' | 'quoted_passages'> {
  const { previous, next } = neighbours()
  const facts = { ...memory, components, isPinned: memory.pin !== null, siblings }
  return {
    record_id: memory.id,
    score: shownNumber(score),
    relevance: shownNumber(relevance),
    ...(components.phrase > 0 && { exact: true as const }),
    reason: reasonOf(cue, facts, now),
    literal_surface: excerpt.surface,
    adjacent_suggestions: [previous, next].flatMap((neighbour) => (neighbour === null ? [] : [neighbour.id])),
    valid_from: isoTime(memory.saidAt),
    valid_to: memory.supersededAt === null ? null : isoTime(memory.supersededAt),
    superseded_by: isTakenBack(memory) ? null : memory.supersededBy,
    corrections: [],
    role: memory.role,
    trust: memory.trust,
    speaker: memory.speaker,
    session: memory.session,
    client: memory.client,
    project: memory.project,
    message_id: memory.messageId,
    said_at: isoTime(memory.saidAt),
    passage: { start: excerpt.start, end: excerpt.end },
    ...(explain ? { components: contributionsOf(components) } : {}),
  }
}

/** Six digits say all that a score means. */
export const shownNumber = (value: number) => Math.round(value * 1e6) / 1e6

/** What was kept outside any session has none. */
function siblingsOf(memory: Memory, sessions: ReadonlyMap<string, number>): number {
  return memory.session === noSession ? 0 : (sessions.get(sessionKey(memory)) ?? 1) - 1
}

function tally(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
