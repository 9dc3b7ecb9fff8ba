// Stretches of a text that must not be kept, and the marks that take their places.
import type { Steps } from './steps.ts'

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

/** Where marks stand already, in order. */
export function* marksIn(text: string): Generator<Span> {
  if (!text.includes('[redacted: ')) return
  for (const { 0: whole, index, groups } of text.matchAll(mark))
    yield { start: index, end: index + whole.length, kind: groups?.kind ?? '', rank: 0 }
}

/** Gathers spans as they are found; sorts them stretch by stretch, because half a million at once hold everybody up. */
export class SpansByPlace {
  private readonly stretches: Span[][] = []

  get isEmpty(): boolean {
    return this.stretches.length === 0
  }

  add(span: Span): void {
    const at = Math.floor(span.start / stretchChars)
    const stretch = this.stretches[at]
    if (stretch === undefined) this.stretches[at] = [span]
    else stretch.push(span)
  }

  *inOrder(): Generator<Span> {
    for (const stretch of this.stretches)
      if (stretch !== undefined) yield* stretch.sort((a, b) => a.start - b.start || a.rank - b.rank)
  }
}

const stretchChars = 16 * 1024

/**
 * `spans` but those that are a mark, or cut into one; a span around a mark stays, for it holds more than the mark. Both in
 * order.
 */
export function* withoutMarks(spans: Iterable<Span>, marks: Iterator<Span>): Generator<Span> {
  const seen: Span[] = []
  let passed = 0
  let next = marks.next()
  for (const span of spans) {
    for (; !next.done && next.value.start < span.end; next = marks.next()) seen.push(next.value)
    while ((seen[passed]?.end ?? Number.POSITIVE_INFINITY) <= span.start) passed += 1
    if (holdsItsMarks(span, seen, passed)) yield span
  }
}

/** Of `marks` from the one at `from`, all that touch it. */
function holdsItsMarks(span: Span, marks: readonly Span[], from: number): boolean {
  for (let at = from; at < marks.length; at += 1) {
    const mark = marks[at]
    if (mark === undefined || mark.start >= span.end) return true
    if (!isAround(span, mark)) return false
  }
  return true
}

function isAround(span: Span, mark: Span): boolean {
  if (span.start === mark.start && span.end === mark.end) return false
  return span.start <= mark.start && mark.end <= span.end
}

/** Spans in order, those that overlap as one. */
export function* merged(spans: Iterable<Span>): Generator<Span> {
  let last: Span | null = null
  for (const span of spans) {
    if (last === null || span.start >= last.end) {
      if (last !== null) yield last
      last = span
      continue
    }
    const surer: Span = span.rank < last.rank ? span : last
    last = { ...surer, start: last.start, end: Math.max(last.end, span.end) }
  }
  if (last !== null) yield last
}

/** `spans` in order and apart. */
export function* replacing(text: string, spans: Iterable<Span>): Steps<string> {
  const parts: string[] = []
  let pieces: string[] = []
  let at = 0
  for (const { start, end, kind } of spans) {
    pieces.push(text.slice(at, start), markOf(kind))
    at = end
    if (pieces.length < 2 * spansPerStep) continue
    parts.push(pieces.join(''))
    pieces = []
    yield
  }
  return [...parts, ...pieces, text.slice(at)].join('')
}

/** A few milliseconds' work. */
export const spansPerStep = 1_000
