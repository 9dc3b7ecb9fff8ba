// Stretches of a text that must not be kept, and the marks that take their places.

export interface Span {
  readonly start: number
  /** exclusive */
  readonly end: number
  readonly kind: string
}

const mark = /\[redacted: [\w .-]{1,40}\]/g

export function markOf(kind: string): string {
  return `[redacted: ${kind}]`
}

/** Where marks stand already; nothing that touches one is a secret. */
export function marksIn(text: string): Span[] {
  if (!text.includes('[redacted: ')) return []
  return [...text.matchAll(mark)].map(({ 0: whole, index }) => ({
    start: index,
    end: index + whole.length,
    kind: '',
  }))
}

export function overlaps(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end
}

/** Spans in order, those that overlap as one. It has the kind of the first in the list, which is the surest. */
export function merged(spans: readonly Span[]): Span[] {
  const ranked = spans
    .map((span, rank) => ({ span, rank }))
    .sort((a, b) => a.span.start - b.span.start || a.rank - b.rank)
  const result: { span: Span; rank: number }[] = []
  for (const { span, rank } of ranked) {
    const last = result.at(-1)
    if (last === undefined || span.start >= last.span.end) {
      result.push({ span, rank })
      continue
    }
    const surer = rank < last.rank ? { kind: span.kind, rank } : { kind: last.span.kind, rank: last.rank }
    last.span = { start: last.span.start, end: Math.max(last.span.end, span.end), kind: surer.kind }
    last.rank = surer.rank
  }
  return result.map(({ span }) => span)
}

/** `spans` in order and apart. */
export function replaced(text: string, spans: readonly Span[]): string {
  let result = ''
  let at = 0
  for (const { start, end, kind } of spans) {
    result += text.slice(at, start) + markOf(kind)
    at = end
  }
  return result + text.slice(at)
}
