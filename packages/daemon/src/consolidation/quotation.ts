// A quotation: a stretch of one memory, word for word. Everything derived is made of these, so that every line can be
// traced to what was said and goes when that is forgotten.
import type { Role } from '../model/memory.ts'

/** Where words stand. */
export interface Place {
  readonly memoryId: string
  /** UTF-16 offsets within the memory's text. */
  readonly start: number
  readonly end: number
}

export interface Quotation extends Place {
  /** The words themselves: the memory's text from start to end. */
  readonly text: string
}

/** A quotation with who said it, and when (ms). */
export interface Saying extends Quotation {
  readonly role: Role
  readonly saidAt: number
}

/** A place as one string. */
export function placeOf({ memoryId, start }: Place): string {
  return `${memoryId}:${start}`
}

/** By code unit, the same on every machine. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** What somebody said, without what else is known of the statement it was found as. */
export function sayingOf({ memoryId, start, end, text, role, saidAt }: Saying): Saying {
  return { memoryId, start, end, text, role, saidAt }
}
