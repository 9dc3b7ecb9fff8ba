// Lines about what holds: who the user is, what is pinned, told or learned, what was decided, what is left open.
import type { CandidateFact } from '../consolidation/facts.ts'
import type { OpenThread } from '../consolidation/threads.ts'
import { limits } from '../kit/limits.ts'
import { type Memory, vouchedRole } from '../model/memory.ts'
import { isoDay } from '../text/dates.ts'
import { rememberedLines } from '../text/remembered.ts'
import { cutToTokens } from '../text/tokens.ts'
import { bounded, isShown, memoryKeys, type Offer, quotationKeys } from './line.ts'

/** What the user wrote about themselves. */
export function identityOffers(identity: string): Offer[] {
  if (identity.trim() === '') return []
  const text = cutToTokens(rememberedLines(identity), limits.contextIdentityTokensMax)
  const reason = 'you wrote it about yourself (profile_set identity)'
  return [{ render: () => ({ text, memories: [], reason, shows: [], at: 0 }) }]
}

export function pinOffer(memory: Memory): Offer {
  if (memory.pin === 'global')
    return memoryOffer(memory, 'pinned for every project', 'pinned for every project')
  return memory.pin === 'agent'
    ? memoryOffer(memory, 'pinned by the agent', 'pinned for this project by an agent')
    : memoryOffer(memory, 'pinned', 'pinned for this project')
}

/** Something told to the memory to hold on to. */
export function noteOffer(memory: Memory): Offer {
  const used = memory.reinforced === 0 ? '' : `, and relied on ${times(memory.reinforced)} since`
  return memoryOffer(memory, '', `noted as a fact${isUsersWord(memory) ? '' : ' by an agent'}${used}`)
}

function memoryOffer(memory: Memory, mark: string, reason: string): Offer {
  return {
    render(shown) {
      const keys = memoryKeys(memory)
      if (!mayBeShown(memory) || keys.some((key) => shown.has(key))) return null
      // An agent that repeats itself has said nothing more.
      const isRepeated = isUsersWord(memory) && memory.saidAgain.length > 0
      const again = isRepeated ? `said ${times(memory.saidAgain.length + 1)}` : ''
      const origin = [isoDay(memory.saidAt), saidBy(memory), again, mark].filter((part) => part !== '')
      const text = `- ${bounded(memory.text)} (${origin.join(', ')})`
      return { text, memories: [memory.id], reason, shows: keys, at: memory.saidAt }
    },
  }
}

export function isUsersWord({ trust }: Memory): boolean {
  return trust === 'user'
}

function saidBy(memory: Memory): string {
  return memory.role === 'note' && !isUsersWord(memory) ? 'note, by the agent' : vouchedRole(memory)
}

/** What tools and web pages said is never placed in front unquoted; what was superseded does not hold. */
export function mayBeShown(memory: Memory): boolean {
  return memory.supersededBy === null && memory.trust !== 'tool'
}

/** A standing instruction, preference or decision that was found in what was said. */
export function factOffer(fact: CandidateFact): Offer {
  const { said, state, sources } = fact
  return {
    render(shown) {
      if (isShown(shown, said)) return null
      const origin = [isoDay(said.saidAt), said.role, ...factMarks(fact)]
      return {
        text: `- ${bounded(said.text)} (${origin.join(', ')})`,
        memories: [...new Set([said.memoryId, ...sources.map((source) => source.memoryId)])],
        reason: factReason(fact),
        shows: quotationKeys(said),
        quotes: [said, ...sources.filter((source) => source.memoryId !== said.memoryId)],
        at: said.saidAt,
      }
    },
  }

  function factMarks({ kind, times: said }: CandidateFact): readonly string[] {
    const repeated = said === 1 ? [] : [`said ${times(said)}`]
    const decision = kind === 'decision' ? ['decision'] : []
    return [...decision, ...(state === 'candidate' && kind === 'standing' ? ['said once'] : repeated)]
  }
}

function factReason({ kind, state, confirmedBy, times: said }: CandidateFact): string {
  const what = kind === 'decision' ? 'a decision that nothing has replaced' : 'a standing instruction'
  if (state === 'candidate') return `${what}, said in one session; not confirmed yet`
  const how = {
    repetition: `said ${times(said)}, in more than one session`,
    pin: 'confirmed by a pin',
    use: 'confirmed by being relied on',
  }
  return `${what}, ${confirmedBy === null ? 'confirmed' : how[confirmedBy]}`
}

export function threadOffer(thread: OpenThread): Offer {
  return {
    render(shown) {
      if (isShown(shown, thread)) return null
      return {
        text: `- Left open: ${bounded(thread.text)} (${isoDay(thread.saidAt)}, ${thread.role})`,
        memories: [thread.memoryId],
        reason: 'left open, and nothing said since finishes it',
        shows: quotationKeys(thread),
        quotes: [thread],
        at: thread.saidAt,
      }
    },
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
