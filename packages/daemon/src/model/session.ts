// A session: one run of conversation in one client.

/** Session id of callers that name none. Such memories belong to no session and are never listed as one. */
export const noSession = '-'

/** One string for a session of a client. */
export function sessionKey({ client, session }: Pick<Session, 'client' | 'session'>): string {
  return JSON.stringify([client, session])
}

export interface Session {
  readonly session: string
  readonly client: string
  readonly project: string
  readonly startedAt: number
  readonly lastAt: number
  /** Set by session_exit; a session silent for limits.sessionIdleMsMax counts as closed without it. */
  readonly closedAt: number | null
  /** First meaningful user request, cut to one line; '' until there is one. */
  readonly title: string
  readonly turnCount: number
  /** Session id of the parent, for sub-agents; else null. */
  readonly parent: string | null
}
