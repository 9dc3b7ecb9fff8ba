// Tells the host's housekeeping calls (titles, summaries, compaction) from conversation, by the only thing the hook
// shows: how the system prompt begins. Prompts that the user's config puts in their place are learned from it.
import type { HostConfig } from './host.ts'

const housekeepingAgents = ['title', 'summary', 'compaction']

const builtInOpenings = [
  'You are a title generator',
  'You are a context summarization agent',
  'Summarize what was done in this conversation',
]

export interface ModelCalls {
  learn(config: HostConfig): void
  isHousekeeping(system: readonly string[]): boolean
}

export function createModelCalls(): ModelCalls {
  let openings = builtInOpenings
  return {
    learn(config) {
      const own = housekeepingAgents
        .map((agent) => config.agent?.[agent]?.prompt?.trim() ?? '')
        .filter((prompt) => prompt !== '')
      openings = [...builtInOpenings, ...own]
    },
    isHousekeeping: (system) => openings.some((opening) => system[0]?.trimStart().startsWith(opening)),
  }
}
