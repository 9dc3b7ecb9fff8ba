// Whose word a turn of a transcript is.
import type { HistoryTurn } from './source.ts'

/** What stands in the user's place in a sub-agent's session was written by the agent that started it. */
export function saidBy(isUser: boolean, isSubAgent: boolean): Pick<HistoryTurn, 'role' | 'speaker'> {
  if (!isUser) return { role: 'assistant', speaker: null }
  return isSubAgent ? { role: 'assistant', speaker: 'delegating agent' } : { role: 'user', speaker: null }
}
