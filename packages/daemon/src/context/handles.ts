// Short references to what a context would say: whose identity, which session, what content. memory_get resolves them.
import { createHash } from 'node:crypto'
import { limits } from '../kit/limits.ts'
import { countTokens } from '../text/tokens.ts'
import type { ExplainedLine } from './line.ts'
import type { SessionPayload } from './payload.ts'

export type Handles = Pick<
  SessionPayload,
  'identity_pointer' | 'brain_handle' | 'topic_cluster_hint' | 'compact_handle'
>

/**
 * Blank when there is nothing to refer to. `pend:` is on the wire for older clients and stays 0: what waits in the spool is
 * taken in by itself, and its number would change the bytes of a session that is under way.
 */
export function handlesOf(sessionId: string, lines: readonly ExplainedLine[]): Handles {
  const identity = lines.filter((line) => line.layer === 'l0')
  const hasContent = lines.length > 0
  return {
    identity_pointer: identity.length === 0 ? '' : `<id:${digest(identity, 8)}>`,
    brain_handle: hasContent ? `<sess:${sessionMark(sessionId)} pend:0>` : '',
    topic_cluster_hint: hasContent ? '<topic:none>' : '',
    compact_handle: hasContent ? `<iai:${digest(lines, 16)}>` : '',
  }
}

/** Handles are given up one by one, least useful first, when they cost more than a minimal context may. */
export function fittingHandles(handles: Handles, budget: number): Handles {
  let kept = handles
  for (const name of ['topic_cluster_hint', 'brain_handle', 'identity_pointer', 'compact_handle'] as const) {
    if (handleTokens(kept) <= Math.min(budget, limits.contextTokensMinimal)) return kept
    kept = { ...kept, [name]: '' }
  }
  return kept
}

export function handleTokens(handles: Handles): number {
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

function digest(lines: readonly ExplainedLine[], hexDigits: number): string {
  const content = JSON.stringify(lines.map(({ layer, line }) => [layer, line]))
  return createHash('sha256').update(content).digest('hex').slice(0, hexDigits)
}
