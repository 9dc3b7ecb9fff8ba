// What a recall asks and what it answers. The result keys up to `patterns_observed` are the wire contract's; the
// others are ours. Nothing here reads a store or a clock: `now` is handed in.

import type { Role, Trust } from '../model/memory.ts'
import type { MeaningAnswer } from './meaning.ts'

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
  /** true: nothing that was said in the caller's own session. */
  readonly exceptOwnSession?: boolean | undefined
  readonly budgetTokens: number
  /** At most this many hits; 0 is allowed and answers none. */
  readonly limit: number
  /** The present, ms. */
  readonly now: number
  /** true: every hit carries its score components. */
  readonly explain?: boolean | undefined
  /** What vectors say of the cue, or why they say nothing. */
  readonly meaning: MeaningAnswer
}

export interface RecallHit {
  readonly record_id: string
  readonly score: number
  /** The part of the score that is about the cue: its words, time and speaker. What the relevance floor looks at. */
  readonly relevance: number
  /** Holds, word for word, what the cue has in quotes. Not there where it does not, or where nothing was quoted. */
  readonly exact?: true | undefined
  /** Why it is here, in words. */
  readonly reason: string
  /** The remembered text, verbatim; cuts are marked with […]. */
  readonly literal_surface: string
  /** Ids of the neighbouring turns that say more about it. */
  readonly adjacent_suggestions: readonly string[]
  /** Ids of other memories of which `literal_surface` shows words. */
  readonly quotes: readonly string[]
  /** What of them is shown. */
  readonly quoted_passages: readonly QuotedPassage[]
  /** ISO times between which it held; `valid_to` null while it holds. */
  readonly valid_from: string
  readonly valid_to: string | null
  /** The memory that replaced it; null while it holds. */
  readonly superseded_by: string | null
  /** Later statements that take the place of one that is shown here. */
  readonly corrections: readonly Correction[]
  readonly role: Role
  /** Where the words came from; 'tool' is what a program or a page said, whatever its role. */
  readonly trust: Trust
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

/** UTF-16 offsets within a memory's text. */
export interface QuotedPassage {
  readonly record_id: string
  readonly start: number
  readonly end: number
}

export interface Correction {
  /** The memory it is about: the hit's own, or one that is quoted with it. */
  readonly of: string
  /** The memory that says otherwise, and when it was said (ISO). */
  readonly record_id: string
  readonly said_at: string
  readonly old_value: string
  /** null when the old value was only taken back */
  readonly new_value: string | null
  /** true: it says itself that it replaces; false: both cannot hold, and nobody said which does. */
  readonly settled: boolean
}

export interface LeftOut {
  /** Passages that share something with the cue, and too little to be shown. */
  readonly count: number
  /** The least relevance that the best hit of an answer has. */
  readonly floor: number
  /** The highest relevance that was found. */
  readonly best: number
  readonly examples?: readonly {
    readonly record_id: string
    readonly score: number
    readonly relevance: number
    readonly components: Readonly<Record<string, number>>
  }[]
}

export interface RecallAnswer {
  readonly hits: readonly RecallHit[]
  /** Superseded or conflicting memories that match: what no longer holds. */
  readonly anti_hits: readonly RecallHit[]
  /** What was found and has too little to do with the cue to be shown; with `explain` the best few by id. */
  readonly left_out: LeftOut
  /** Words of the cue, stop-words apart, and how many of them occur where was looked, whatever filters say. */
  readonly cue_words: { readonly asked: number; readonly known: number }
  /** How the answer was found, step by step: stages and counts, never text. */
  readonly activation_trace: readonly string[]
  /** Tokens of all literal surfaces together. */
  readonly budget_used: number
  readonly cue_mode: 'verbatim' | 'concept'
  /** What was read out of the cue: time window, speakers, answer type. */
  readonly patterns_observed: readonly string[]
}
