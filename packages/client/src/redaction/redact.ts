// Takes secrets and private spans out of a text before it is kept: each gives way to a mark of its kind, the rest stays
// as it was, character by character. Pure; the same text always gives the same, and a text that has been through here
// passes unchanged, so it does not matter how many doors a turn has come through.
import { commandRules } from './command-rules.ts'
import { contextRules } from './context-rules.ts'
import { createFinder } from './finding.ts'
import { privateSpans } from './private-spans.ts'
import type { Rule } from './rule.ts'
import { marksIn, merged, replacing, type Span, SpansByPlace, spansPerStep, withoutMarks } from './spans.ts'
import { endOf, type Steps } from './steps.ts'
import { tokenRules } from './token-rules.ts'
import { toldRules } from './told-rules.ts'

export interface Redacted {
  readonly text: string
  /** Kinds of what was taken out, one entry for each. */
  readonly kinds: readonly string[]
}

export interface Redact {
  (text: string): Redacted
  /** The same in steps, of which none takes long; a text of one step is not interrupted. */
  inSteps(text: string): Steps<Redacted>
}

/** A mark may complete what stands beside it into a match; so the text is looked at until nothing is found. */
const roundsMax = 8
/** A few milliseconds' work, in whatever text. */
const stepChars = 16 * 1024

/** What `rules` find, beside <private> spans, which are always found. */
export function createRedact(rules: readonly Rule[]): Redact {
  const find = createFinder(rules)
  function* inSteps(text: string, charsMax: number): Steps<Redacted> {
    const kinds: string[] = []
    let kept = text
    for (let round = 0; round < roundsMax; round += 1) {
      const found = new SpansByPlace()
      yield* gather(privateSpans(kept), found)
      yield* find(kept, charsMax, found)
      if (found.isEmpty) break
      const apart = merged(withoutMarks(found.inOrder(), marksIn(kept)))
      const known = kinds.length
      kept = yield* replacing(kept, noted(apart, kinds))
      if (kinds.length === known) break
    }
    return { text: kept, kinds }
  }
  const whole = (text: string): Redacted => endOf(inSteps(text, text.length))
  return Object.assign(whole, { inSteps: (text: string) => inSteps(text, stepChars) })
}

function* gather(spans: Iterable<Span>, found: SpansByPlace): Steps<void> {
  let gathered = 0
  for (const span of spans) {
    found.add(span)
    gathered += 1
    if (gathered % spansPerStep === 0) yield
  }
}

function* noted(spans: Iterable<Span>, kinds: string[]): Generator<Span> {
  for (const span of spans) {
    kinds.push(span.kind)
    yield span
  }
}

export const builtInRules: readonly Rule[] = [...tokenRules, ...contextRules, ...commandRules, ...toldRules]
