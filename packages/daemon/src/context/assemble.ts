// Puts the session context together: pure, deterministic, never over its budget on any input. Nothing here depends on
// the current time, so one session gets the same bytes until something new is worth saying.
import { createHash } from 'node:crypto'
import { limits } from '../kit/limits.ts'
import type { WakeDepth } from '../model/profile.ts'
import { rememberedNotice } from '../text/remembered.ts'
import { countTokens } from '../text/tokens.ts'
import { shareBudget } from './budget.ts'
import { type ContextLines, contextLines } from './lines.ts'
import type { ContextMaterial } from './material.ts'
import { breakpointMarker, type SessionPayload } from './payload.ts'

/** Tokens set aside in a non-minimal context for block headers, the notice and the handles. */
const frameTokens = 120
const separatorTokens = 2
const episodeHeaderTokens = 6

export interface ContextRequest {
  readonly depth: WakeDepth
  /** Tokens of the whole text form; undefined takes the depth's own budget, which is also the maximum. */
  readonly budgetTokens?: number | undefined
  /** Memories in the spool or queue that are not stored yet. */
  readonly pending: number
}

export function assembleContext(material: ContextMaterial, request: ContextRequest): SessionPayload {
  const lines = contextLines(material)
  const budget = contextBudget(request)
  const layers = request.depth === 'minimal' ? emptyLayers : fittingLayers(lines, budget)
  const handles = fittingHandles(handlesOf(material, lines, request.pending), budget)
  return {
    l0: layers.l0,
    l1: layers.l1,
    l2: layers.l2,
    rich_club: layers.richClub,
    total_cached_tokens: [layers.l0, layers.l1, layers.richClub, ...layers.l2].reduce(
      (sum, text) => sum + countTokens(text),
      0,
    ),
    total_dynamic_tokens: handleTokens(handles),
    breakpoint_marker: breakpointMarker,
    ...handles,
    wake_depth: request.depth,
  }
}

export function contextBudget({
  depth,
  budgetTokens,
}: Pick<ContextRequest, 'depth' | 'budgetTokens'>): number {
  const own = {
    minimal: limits.contextTokensMinimal,
    standard: limits.contextTokensStandard,
    deep: limits.contextTokensDeep,
  }[depth]
  return Math.min(own, budgetTokens ?? own)
}

interface Layers {
  readonly l0: string
  readonly l1: string
  readonly l2: readonly string[]
  readonly richClub: string
}

const emptyLayers: Layers = { l0: '', l1: '', l2: [], richClub: '' }

function fittingLayers(lines: ContextLines, budget: number): Layers {
  const [identity = 0, standing = 0, sessions = 0, episodes = 0] = shareBudget(
    Math.max(0, budget - frameTokens),
    [
      { share: 0.2, lines: lines.identity, overhead: separatorTokens },
      { share: 0.25, lines: lines.standing, overhead: separatorTokens },
      { share: 0.2, lines: lines.sessions, overhead: separatorTokens },
      { share: 0.35, lines: lines.episodes.map((each) => each.text), overhead: episodeHeaderTokens },
    ],
  )
  const chosen = lines.episodes.slice(0, episodes).sort((a, b) => a.at - b.at)
  return withNotice({
    l0: lines.identity.slice(0, identity).join('\n'),
    l1: lines.sessions.slice(0, sessions).join('\n'),
    l2: chosen.map((each) => each.text),
    richClub: lines.standing.slice(0, standing).join('\n'),
  })
}

/** The notice stands before the first remembered line, in whichever layer that is. */
function withNotice(layers: Layers): Layers {
  const noticed = (text: string): string => `${rememberedNotice}\n${text}`
  if (layers.l0 !== '') return { ...layers, l0: noticed(layers.l0) }
  if (layers.l1 !== '') return { ...layers, l1: noticed(layers.l1) }
  if (layers.richClub !== '') return { ...layers, richClub: noticed(layers.richClub) }
  const [first, ...rest] = layers.l2
  return first === undefined ? layers : { ...layers, l2: [noticed(first), ...rest] }
}

type Handles = Pick<
  SessionPayload,
  'identity_pointer' | 'brain_handle' | 'topic_cluster_hint' | 'compact_handle'
>

/** Short references: whose identity, which session, what state of this project's memory. Blank when there is nothing to refer to. */
function handlesOf(material: ContextMaterial, lines: ContextLines, pending: number): Handles {
  const content = JSON.stringify(lines)
  const identity = lines.identity.join('\n')
  const hasContent =
    lines.identity.length + lines.standing.length + lines.sessions.length + lines.episodes.length > 0
  return {
    identity_pointer: identity === '' ? '' : `<id:${digest(identity, 8)}>`,
    brain_handle: hasContent ? `<sess:${sessionMark(material.sessionId)} pend:${pending}>` : '',
    topic_cluster_hint: hasContent ? '<topic:none>' : '',
    compact_handle: hasContent ? `<iai:${digest(content, 16)}>` : '',
  }
}

/** Handles are given up one by one, least useful first, when they cost more than a minimal context may. */
function fittingHandles(handles: Handles, budget: number): Handles {
  let kept = handles
  for (const name of ['topic_cluster_hint', 'brain_handle', 'identity_pointer', 'compact_handle'] as const) {
    if (handleTokens(kept) <= Math.min(budget, limits.contextTokensMinimal)) return kept
    kept = { ...kept, [name]: '' }
  }
  return kept
}

function handleTokens(handles: Handles): number {
  const shown = Object.values(handles).filter((handle) => handle !== '')
  return shown.length === 0 ? 0 : countTokens(shown.join(' '))
}

/** Eight characters of the session id, safe to print. */
function sessionMark(sessionId: string): string {
  return sessionId
    .replace(/[^A-Za-z0-9_-]/gu, '_')
    .slice(0, 8)
    .padEnd(8, '-')
}

function digest(text: string, hexDigits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, hexDigits)
}
