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
