// Takes secrets and private spans out of a text before it is kept: each gives way to a mark of its kind, the rest stays
// as it was, character by character. Pure; the same text always gives the same, and a text that has been through here
// passes unchanged, so it does not matter how many doors a turn has come through.
import { commandRules } from './command-rules.ts'
import { contextRules } from './context-rules.ts'
import { indexNeedles, type NeedleIndex } from './needles.ts'
import { privateSpans } from './private-spans.ts'
import type { Rule } from './rule.ts'
import { marksIn, merged, replaced, type Span, withoutMarks } from './spans.ts'
import { tokenRules } from './token-rules.ts'
import { toldRules } from './told-rules.ts'

export interface Redacted {
  readonly text: string
  /** Kinds of what was taken out, one entry for each. */
  readonly kinds: readonly string[]
}

export type Redact = (text: string) => Redacted

/** A mark may complete what stands beside it into a match; so the text is looked at until nothing is found. */
const roundsMax = 8
/** How far back the name of a value may begin before what a rule looks for in it: `next_page_` in `next_page_token`. */
const nameCharsMax = 24

/** What `rules` find, beside <private> spans, which are always found. */
export function createRedact(rules: readonly Rule[]): Redact {
  const finder = createFinder(rules)
  return (text) => {
    const kinds: string[] = []
    let kept = text
    for (let round = 0; round < roundsMax; round += 1) {
      const spans = [...privateSpans(kept), ...finder(kept)]
      if (spans.length === 0) break
      const apart = merged(withoutMarks(spans, marksIn(kept)))
      if (apart.length === 0) break
      kinds.push(...apart.map(({ kind }) => kind))
      kept = replaced(kept, apart)
    }
    return { text: kept, kinds }
  }
}

export const builtInRules: readonly Rule[] = [...tokenRules, ...contextRules, ...commandRules, ...toldRules]

interface RankedRule extends Rule {
  readonly rank: number
}

function createFinder(rules: readonly Rule[]): (text: string) => Span[] {
  const ranked = rules.map((rule, rank) => ({ ...rule, rank }))
  const always = ranked.filter(({ needles }) => needles.length === 0)
  const index: NeedleIndex<RankedRule> = indexNeedles(
    ranked.flatMap((rule) => rule.needles.map((needle) => [needle, rule] as const)),
  )
  return (text) => {
    const spans: Span[] = []
    const toSearch = new Set(always)
    index.search(text, (rule, at) => {
      if (rule.pattern.sticky) spans.push(...matchAt(text, rule, at))
      else toSearch.add(rule)
    })
    for (const rule of toSearch) spans.push(...matchesIn(text, rule))
    return spans
  }
}

function matchAt(text: string, rule: RankedRule, at: number): Span[] {
  rule.pattern.lastIndex = at
  const match = rule.pattern.exec(text)
  return match === null ? [] : secretIn(match, rule)
}

function matchesIn(text: string, rule: RankedRule): Span[] {
  const spans: Span[] = []
  rule.pattern.lastIndex = 0
  for (let match = rule.pattern.exec(text); match !== null; match = rule.pattern.exec(text)) {
    spans.push(...secretIn(match, rule))
  }
  return spans
}

function secretIn(match: RegExpExecArray, { kind, rank, isSecret }: RankedRule): Span[] {
  const found = match.indices?.groups
  const [start, end] = found?.secret ?? found?.bare ?? match.indices?.[0] ?? [0, 0]
  const before = match.input.slice(Math.max(0, match.index - nameCharsMax), start)
  const isOne = isSecret?.(match.input.slice(start, end), before) ?? true
  return isOne ? [{ start, end, kind, rank }] : []
}
