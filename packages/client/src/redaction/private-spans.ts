// What somebody put between <private> and </private>: never to be kept, whatever it is. Spans may stand within each
// other; one that is not closed goes to the end, because that is the mistake which gives nothing away.
import { markOf, replacing, type Span } from './spans.ts'
import { endOf } from './steps.ts'

const tag = /<(?<closing>\/)?private(?:\s[^<>]{0,200})?>/gi

export const privateKind = 'private'

/** True when nothing is said but what is private: before it gave way to marks, or after. */
export function isAllPrivate(text: string): boolean {
  const marked = endOf(replacing(text, privateSpans(text)))
  const mark = markOf(privateKind)
  return marked.includes(mark) && !saysSomething.test(marked.replaceAll(mark, ''))
}

/** A letter, a number or a sign; a full stop behind the span is nobody's message. */
const saysSomething = /[\p{L}\p{N}\p{S}]/u

export function privateSpans(text: string): Span[] {
  if (!text.includes('<')) return []
  const spans: Span[] = []
  let depth = 0
  let start = 0
  for (const match of text.matchAll(tag)) {
    if (match.groups?.closing === undefined) {
      if (depth === 0) start = match.index
      depth += 1
    } else if (depth > 0) {
      depth -= 1
      if (depth === 0) spans.push({ start, end: match.index + match[0].length, kind: privateKind, rank: -1 })
    }
  }
  if (depth > 0) spans.push({ start, end: text.length, kind: privateKind, rank: -1 })
  return spans
}
