// Takes secrets and private spans out of a text before it is kept: each gives way to a mark of its kind, the rest stays
// as it was, character by character. Pure; the same text always gives the same, and a text that has been through here
// passes unchanged, so it does not matter how many doors a turn has come through.
import { contextRules } from './context-rules.ts'
import { privateSpans } from './private-spans.ts'
import type { Rule } from './rule.ts'
import { marksIn, merged, overlaps, replaced, type Span } from './spans.ts'
import { tokenRules } from './token-rules.ts'

export interface Redacted {
  readonly text: string
  /** Kinds of what was taken out, one entry for each. */
  readonly kinds: readonly string[]
}

export const builtInRules: readonly Rule[] = [...tokenRules, ...contextRules]

/** How far back the name of a value may begin before what a rule looks for in it: `next_page_` in `next_page_token`. */
const nameCharsMax = 24
/** A mark may complete what stands beside it into a match; so the text is looked at until nothing is found. */
const roundsMax = 8

export function redact(text: string, rules: readonly Rule[] = builtInRules): Redacted {
  const kinds: string[] = []
  let kept = text
  for (let round = 0; round < roundsMax; round += 1) {
    const spans = findSecrets(kept, rules)
    if (spans.length === 0) break
    kinds.push(...spans.map(({ kind }) => kind))
    kept = replaced(kept, spans)
  }
  return { text: kept, kinds }
}

function findSecrets(text: string, rules: readonly Rule[]): Span[] {
  const lower = text.toLowerCase()
  const spans = privateSpans(text)
  for (const rule of rules) {
    const searched = rule.anyCase === true ? lower : text
    if (!rule.near.some((word) => searched.includes(word))) continue
    for (const match of text.matchAll(rule.pattern)) spans.push(...secretIn(match, rule))
  }
  if (spans.length === 0) return spans
  const marks = marksIn(text)
  return merged(spans.filter((span) => !marks.some((mark) => overlaps(span, mark))))
}

function secretIn(match: RegExpExecArray, { kind, isSecret }: Rule): Span[] {
  const found = match.indices?.groups
  const [start, end] = found?.secret ?? found?.bare ?? match.indices?.[0] ?? [0, 0]
  const before = match.input.slice(Math.max(0, match.index - nameCharsMax), start)
  const isOne = isSecret?.(match.input.slice(start, end), before) ?? true
  return isOne ? [{ start, end, kind }] : []
}
