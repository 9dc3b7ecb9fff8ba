// A quotation: a stretch of one memory, word for word. Everything derived is made of these, so that every line can be
// traced to what was said and goes when that is forgotten.

export interface Quotation {
  readonly memoryId: string
  /** UTF-16 offsets within the memory's text. */
  readonly start: number
  readonly end: number
}

/** The quoted words. */
export function quotedText(text: string, { start, end }: Quotation): string {
  return text.slice(start, end)
}

/** A quotation's place as one string. */
export function placeOf({ memoryId, start }: Quotation): string {
  return `${memoryId}:${start}`
}

/** By code unit, the same on every machine. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
