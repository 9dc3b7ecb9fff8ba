// Stretches of a text that must not be kept, and the marks that take their places.

export interface Span {
  readonly start: number
  /** exclusive */
  readonly end: number
  readonly kind: string
  /** Of several that overlap, the one with the lowest gives its kind. */
  readonly rank: number
}

const mark = /\[redacted: (?<kind>[\w .-]{1,40})\]/g

export function markOf(kind: string): string {
  return `[redacted: ${kind}]`
}

/** Where marks stand already. */
export function marksIn(text: string): Span[] {
  if (!text.includes('[redacted: ')) return []
  return [...text.matchAll(mark)].map(({ 0: whole, index, groups }) => ({
    start: index,
    end: index + whole.length,
    kind: groups?.kind ?? '',
    rank: 0,
  }))
}

/** `spans` but those that are a mark, or cut into one; a span around a mark stays, for it holds more than the mark. */
export function withoutMarks(spans: readonly Span[], marks: readonly Span[]): Span[] {
  let passed = 0
  return [...spans]
    .sort((a, b) => a.start - b.start)
    .filter((span) => {
      for (; (marks[passed]?.end ?? Number.POSITIVE_INFINITY) <= span.start; passed += 1);
      for (let at = passed; (marks[at]?.start ?? Number.POSITIVE_INFINITY) < span.end; at += 1) {
        const mark = marks[at]
        if (mark !== undefined && !isAround(span, mark)) return false
      }
      return true
    })
}

function isAround(span: Span, mark: Span): boolean {
  if (span.start === mark.start && span.end === mark.end) return false
  return span.start <= mark.start && mark.end <= span.end
}

/** Spans in order, those that overlap as one. */
export function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start || a.rank - b.rank)) {
    const last = result.at(-1)
    if (last === undefined || span.start >= last.end) {
      result.push(span)
      continue
    }
    const surer = span.rank < last.rank ? span : last
    result[result.length - 1] = { ...surer, start: last.start, end: Math.max(last.end, span.end) }
  }
  return result
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
