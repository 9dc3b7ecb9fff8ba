// What a recall asks and what it answers. The result keys up to `patterns_observed` are the wire contract's; the
// others are ours. Nothing here reads a store or a clock: `now` is handed in.
import type { Role } from '../model/memory.ts'

export interface RecallRequest {
  /** The question or keywords; a cue in quotes asks for the exact words. */
  readonly cue: string
  /** Keys of the projects to look in; null means all. */
  readonly projects: readonly string[] | null
  readonly session?: string | undefined
  readonly roles?: readonly Role[] | undefined
  readonly client?: string | undefined
  /** Milliseconds, or ISO, or natural language ("last month"), read with `now` as the present. */
  readonly since?: number | string | undefined
  readonly until?: number | string | undefined
  readonly pinnedOnly?: boolean | undefined
  /** The caller's own session, whose turns it already has in front of it. */
  readonly sessionId?: string | undefined
  readonly budgetTokens: number
  /** At most this many hits; 0 is allowed and answers none. */
  readonly limit: number
  /** The present, ms. */
  readonly now: number
  /** true: every hit carries its score components. */
  readonly explain?: boolean | undefined
}

export interface RecallHit {
  readonly record_id: string
  readonly score: number
  /** Why it is here, in words. */
  readonly reason: string
  /** The remembered text, verbatim; cuts are marked with […]. */
  readonly literal_surface: string
  /** Ids of the neighbouring turns that say more about it. */
  readonly adjacent_suggestions: readonly string[]
  /** ISO times between which it held; `valid_to` null while it holds. */
  readonly valid_from: string
  readonly valid_to: string | null
  readonly role: Role
  readonly speaker: string | null
  readonly session: string
  readonly client: string
  readonly project: string
  /** The host's id of the message, when it had one. */
  readonly message_id: string | null
  /** ISO time at which it was said. */
  readonly said_at: string
  /** UTF-16 offsets within the memory's text of what `literal_surface` shows. */
  readonly passage: { readonly start: number; readonly end: number }
  /** What each piece of evidence added to the score, with `explain`. */
  readonly components?: Readonly<Record<string, number>>
}

export interface RecallAnswer {
  readonly hits: readonly RecallHit[]
  /** Superseded or conflicting memories that match: what no longer holds. */
  readonly anti_hits: readonly RecallHit[]
  /** How the answer was found, step by step: stages and counts, never text. */
  readonly activation_trace: readonly string[]
  /** Tokens of all literal surfaces together. */
  readonly budget_used: number
  readonly cue_mode: 'verbatim' | 'concept'
  /** What was read out of the cue: time window, speakers, answer type. */
  readonly patterns_observed: readonly string[]
}
