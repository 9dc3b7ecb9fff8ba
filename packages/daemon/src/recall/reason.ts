// Why a memory was found, in words for people and models: exact phrase, words in common, session, speaker, age.
import type { Cue } from './cue.ts'
import type { Components } from './evidence-columns.ts'

export interface ReasonFacts {
  readonly components: Components
  readonly isPinned: boolean
  readonly role: string
  readonly speaker: string | null
  readonly saidAt: number
  /** Other hits of the same session. */
  readonly siblings: number
}

/** "exact phrase; shares most of the cue's words; same session as two other hits; 3 weeks ago" */
export function reasonOf(cue: Cue, facts: ReasonFacts, now: number): string {
  const { components } = facts
  return [
    components.phrase > 0 ? 'exact phrase' : '',
    wordsInCommon(components),
    components.window > 0 ? 'in the time asked about' : '',
    components.speaker > 0 && facts.speaker !== null ? `said by ${facts.speaker}` : '',
    cue.asksAssistant && facts.role === 'assistant' ? 'said by the assistant' : '',
    facts.isPinned ? 'pinned' : '',
    siblingsInWords(facts.siblings),
    ageInWords(now - facts.saidAt),
  ]
    .filter((part) => part !== '')
    .join('; ')
}

function wordsInCommon({ turn, round, session, bigram, meaning }: Components): string {
  if (bigram >= 0.3) return "several of the cue's words side by side"
  if (turn >= 0.6) return "most of the cue's words"
  if (turn > 0) return "some of the cue's words"
  if (round > 0) return 'replies to, or is answered by, words of the cue'
  if (session > 0) return 'same topic in its session'
  return meaning > 0 ? 'near in meaning' : ''
}

const numerals = ['', 'one other hit', 'two other hits', 'three other hits']

function siblingsInWords(siblings: number): string {
  return siblings === 0 ? '' : `same session as ${numerals[siblings] ?? `${siblings} other hits`}`
}

const dayMs = 86_400_000
const units = [
  ['year', 365 * dayMs],
  ['month', 30 * dayMs],
  ['week', 7 * dayMs],
  ['day', dayMs],
  ['hour', dayMs / 24],
] as const

/** "3 weeks ago", "just now"; what lies in the future is "dated ahead". */
export function ageInWords(ageMs: number): string {
  if (ageMs < 0) return 'dated ahead'
  for (const [unit, ms] of units) {
    const count = Math.floor(ageMs / ms)
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'} ago`
  }
  return 'just now'
}
