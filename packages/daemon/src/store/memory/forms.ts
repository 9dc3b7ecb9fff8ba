// What says the same thing in the plain store: the forms of one message, and the statement that holds a text already.
import type { Memory, NewMemory } from '../../model/memory.ts'
import { statementDigest } from '../capture-rules.ts'

/** The forms of a message as they were said, and the one that it reads as last. */
export function formsOf(memories: readonly Memory[], message: NewMemory): readonly Memory[] {
  const holds = ({ supersededAt }: Memory) => Number(supersededAt === null)
  return memories
    .filter((memory) => isForm(memory, message))
    .toSorted((a, b) => holds(a) - holds(b) || lastSaid(a) - lastSaid(b))
}

/** The memory with the other forms of its message, in the order they came; nothing when the id is unknown. */
export function formsAmong(memories: readonly Memory[], id: string): readonly Memory[] {
  const memory = memories.find((each) => each.id === id)
  if (memory === undefined) return []
  return memory.messageId === null ? [memory] : memories.filter((each) => isForm(each, memory))
}

export function lastSaid({ saidAt, saidAgain }: Memory): number {
  return Math.max(saidAt, ...saidAgain)
}

/** What holds this statement already. */
export function heldStatement(memories: readonly Memory[], item: NewMemory): Memory | undefined {
  const digest = statementDigest(item)
  return memories.find(
    (memory) =>
      memory.messageId === null && memory.supersededAt === null && statementDigest(memory).equals(digest),
  )
}

function isForm(memory: Memory, { client, session, messageId }: NewMemory): boolean {
  return memory.client === client && memory.session === session && memory.messageId === messageId
}
