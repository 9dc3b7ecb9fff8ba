// What somebody put between <private> and </private>: never to be kept, whatever it is. Spans may stand within each
// other; one that is not closed goes to the end, because that is the mistake which gives nothing away.
import { markOf, type Span } from './spans.ts'

const tag = /<(?<closing>\/)?private(?:\s[^<>]{0,200})?>/gi

export const privateKind = 'private'

const privateMark = markOf(privateKind)

/** True when nothing is said but what is private: before it gave way to marks, or after. */
export function isAllPrivate(text: string): boolean {
  let isSome = false
  let at = 0
  for (const { start, end } of privateSpans(text)) {
    if (says(text.slice(at, start))) return false
    isSome = true
    at = end
  }
  return (isSome || text.includes(privateMark)) && !says(text.slice(at))
}

function says(part: string): boolean {
  return saysSomething.test(part.replaceAll(privateMark, ''))
}

/** A letter, a number or a sign; a full stop behind the span is nobody's message. */
const saysSomething = /[\p{L}\p{N}\p{S}]/u

/** In order. */
export function* privateSpans(text: string): Generator<Span> {
  if (!text.includes('<')) return
  let depth = 0
  let start = 0
  for (const match of text.matchAll(tag)) {
    if (match.groups?.closing === undefined) {
      if (depth === 0) start = match.index
      depth += 1
    } else if (depth > 0) {
      depth -= 1
      if (depth === 0) yield { start, end: match.index + match[0].length, kind: privateKind, rank: -1 }
    }
  }
  if (depth > 0) yield { start, end: text.length, kind: privateKind, rank: -1 }
}
