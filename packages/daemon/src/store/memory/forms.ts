// The forms of one message in the plain store.
import type { Memory, NewMemory } from '../../model/memory.ts'

/** Of the same message. */
export function isForm(memory: Memory, { client, session, messageId }: NewMemory): boolean {
  return memory.client === client && memory.session === session && memory.messageId === messageId
}

/** `memory` with the other forms of its message. */
export function formsAmong(memories: readonly Memory[], memory: Memory): readonly Memory[] {
  return memory.messageId === null ? [memory] : memories.filter((each) => isForm(each, memory))
}

export function lastSaid({ saidAt, saidAgain }: Memory): number {
  return Math.max(saidAt, ...saidAgain)
}
