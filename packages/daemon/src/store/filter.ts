// Which memories a question to the store is about; matching.ts says what it means in plain words.
import type { Kind, Pin, Role, Trust } from '../model/memory.ts'
import type { Session } from '../model/session.ts'

/** Which memories a query may see. `projects: null` means every project. */
export interface MemoryFilter {
  readonly projects: readonly string[] | null
  readonly session?: string | undefined
  readonly client?: string | undefined
  readonly roles?: readonly Role[] | undefined
  readonly kinds?: readonly Kind[] | undefined
  readonly trusts?: readonly Trust[] | undefined
  /** said_at, inclusive lower and exclusive upper bound, ms */
  readonly since?: number | undefined
  readonly until?: number | undefined
  /** 'any': pinned at all; a scope: pinned for it */
  readonly pin?: Pin | 'any' | undefined
  /** true (default): superseded memories are left out */
  readonly currentOnly?: boolean | undefined
}

/** What was said in a session. One that went on in another folder keeps what it said there to that project. */
export function turnsOfSession({ project, session, client }: Session): MemoryFilter {
  return { projects: [project], session, client, roles: ['user', 'assistant'], kinds: ['turn'] }
}
