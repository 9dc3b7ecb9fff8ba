// A memory: one thing that was said or noted, kept verbatim. Rows are the only source of truth; nothing in the
// system rewrites a text. Everything else (indexes, links, summaries) is derived from them.

export const roles = ['user', 'assistant', 'tool', 'note'] as const
export type Role = (typeof roles)[number]

/** turn: part of a conversation · fact: a statement to hold on to · summary: derived text about other memories */
export const kinds = ['turn', 'fact', 'summary'] as const
export type Kind = (typeof kinds)[number]

/** Where a text came from, most trusted first. Tool and web text is never placed in a system prompt unquoted. */
export const trusts = ['user', 'assistant', 'tool'] as const
export type Trust = (typeof trusts)[number]

/** Whose word it is when nothing else is known. */
export const usualTrust: Readonly<Record<Role, Trust>> = {
  user: 'user',
  note: 'user',
  assistant: 'assistant',
  tool: 'tool',
}

/**
 * Pinned memories lead the session context of their project (by the user or by an agent), or of every project, which is
 * the user's alone to say.
 */
export const pins = ['project', 'global', 'agent'] as const
export type Pin = (typeof pins)[number]

/** Set by the user: only the user takes it away. */
export function isUsersPin(pin: Pin | null): boolean {
  return pin !== null && pin !== 'agent'
}

/** The role that a memory counts under: the user's only where it is the user's word. */
export function vouchedRole({ role, trust }: Pick<Memory, 'role' | 'trust'>): Role {
  return role === 'user' && trust !== 'user' ? 'assistant' : role
}

/** `memory` under the role that it counts under. */
export function vouched(memory: Memory): Memory {
  return { ...memory, role: vouchedRole(memory) }
}

/** One stored memory. Times are milliseconds since the Unix epoch. */
export interface Memory {
  readonly id: string
  readonly text: string
  readonly role: Role
  readonly kind: Kind
  readonly trust: Trust
  /** Key of the project (model/project.ts); `globalProject` when said outside any. */
  readonly project: string
  /** The host's own session id; '-' when there was none. */
  readonly session: string
  /** The host program: 'opencode', 'claude-code', 'codex', 'cli', … */
  readonly client: string
  /** The host's id of the message, unique within (client, session); null for notes and facts. */
  readonly messageId: string | null
  /** Who spoke, when a conversation has more than two parties; else null. */
  readonly speaker: string | null
  /** When it was said, which for imports is long before it was stored. */
  readonly saidAt: number
  readonly storedAt: number
  readonly pin: Pin | null
  /** The memory that replaced this one, and since when; null while it holds. Its own id: it was taken back. */
  readonly supersededBy: string | null
  readonly supersededAt: number | null
  /** Later times at which the same text was said again, ascending. */
  readonly saidAgain: readonly number[]
  /** How often it was relied on (memory_reinforce). */
  readonly reinforced: number
}

/** Where something was said. */
export type SaidIn = Pick<Memory, 'client' | 'session'>

/** What a caller hands to the store; the store adds nothing but its own bookkeeping. */
export type NewMemory = Omit<Memory, 'pin' | 'supersededBy' | 'supersededAt' | 'saidAgain' | 'reinforced'> & {
  readonly pin?: Pin | null
}

/** What is said on its own and not as a message of a conversation. */
export type NewStatement = NewMemory & { readonly messageId: null }

export type CaptureOutcome =
  /** a new row */
  | { readonly status: 'inserted'; readonly id: string }
  /** the same note or fact is already held: the time was added to `saidAgain` of `id` */
  | { readonly status: 'reinforced'; readonly id: string }
  /** this message is already stored (same client, session, message id and text) */
  | { readonly status: 'skipped'; readonly id: string }
  /** the message was stored before with other text: the new text is a row that supersedes the older one */
  | { readonly status: 'revised'; readonly id: string; readonly previousId: string }
  /** an earlier form of a message that is stored in a later one: a row that is superseded already */
  | { readonly status: 'outdated'; readonly id: string; readonly newestId: string }
  /** the message reads again as it did before: that row holds again and supersedes the one between */
  | { readonly status: 'reinstated'; readonly id: string; readonly previousId: string }
  /** this text was forgotten by the user; it is not taken in again */
  | { readonly status: 'refused'; readonly id: string }
  /** the user marked all of it as private: nothing is kept */
  | { readonly status: 'withheld'; readonly id: string }

export type SupersedeOutcome =
  /** `memory` holds in place of the original; when it was held already, it was noted as said again */
  | { readonly kind: 'superseded'; readonly memory: Memory }
  | { readonly kind: 'unknown' }
  /** the original was replaced before */
  | { readonly kind: 'already'; readonly by: string }
  /** the original is not the caller's to replace: it holds, and `memory` stands beside it until the user decides */
  | { readonly kind: 'proposed'; readonly memory: Memory }
  /** it says what the original says */
  | { readonly kind: 'same' }
  /** this text was forgotten by the user; it is not taken in again */
  | { readonly kind: 'refused' }
  /** the user marked all of it as private: nothing is kept */
  | { readonly kind: 'withheld' }

/** Whether its host undid or removed the message: it is history, and nothing stands in its place. */
export function isTakenBack({ id, supersededBy }: Pick<Memory, 'id' | 'supersededBy'>): boolean {
  return supersededBy === id
}
