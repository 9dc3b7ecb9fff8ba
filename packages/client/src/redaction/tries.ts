// Tries rules where their needles stand, in order of place. The invariant: the work stays in proportion to the text. Where
// needles stand within a long value that a rule has looked at, it does not look at all of it again from each of them.
// What a rule finds depends on the text alone, never on how finding.ts cuts it into slices.
import type { Rule, Stem } from './rule.ts'
import type { SpansByPlace } from './spans.ts'

/** The place in the list of rules: the surer, the lower. */
export interface RankedRule extends Rule {
  readonly rank: number
}

/** How far back the name of a value may begin before what a rule looks for in it: `next_page_` in `next_page_token`. */
export const nameCharsMax = 24
/** A shorter value may be looked at from each needle in it. */
const longValueChars = 96
/** Within one value that was none: after so many that were none again, the short look decides by itself. */
const wholeTriesMax = 4

interface Value {
  readonly start: number
  readonly end: number
  readonly isSecret: boolean
}

/** What the rule has met last. */
interface Met {
  /** The first half of a long value. */
  start: number
  half: number
  isSecret: boolean
  wholeTries: number
  stemEnd: number
  isStemDead: boolean
}

/**
 * The first half of a long value that was found holds no tries of the rule that found it: whatever it found there would
 * lie within what goes anyway. In that of one which was no secret, a look at a short value decides whether a try is worth
 * it. The other half is open, for a name at the very end of a value has its own behind it.
 */
export class Tries {
  private readonly found: SpansByPlace
  private readonly met: Met[] = []

  constructor(found: SpansByPlace) {
    this.found = found
  }

  /** Of `text`, at places that never go back. */
  try(text: string, rule: RankedRule, at: number): void {
    const met = this.metBy(rule)
    if (at >= met.start && at < met.half) {
      if (!met.isSecret) this.tryWithin(text, rule, at, met)
      return
    }
    if (rule.stem !== undefined && isInDeadStem(text, rule.stem, at, met)) return
    const value = valueAt(text, rule.pattern, rule, at)
    if (value === null) {
      if (rule.stem !== undefined && standsAt(text, rule.stem.begin, at)) met.isStemDead = true
      return
    }
    if (value.end - value.start >= longValueChars && (value.isSecret || rule.narrow !== undefined))
      meet(met, value)
    this.keep(value, rule)
  }

  private tryWithin(text: string, rule: RankedRule, at: number, met: Met): void {
    const short = rule.narrow === undefined ? null : shortValueAt(text, rule.narrow, rule, at)
    if (!short?.isSecret) return
    const value = met.wholeTries < wholeTriesMax ? valueAt(text, rule.pattern, rule, at) : short
    if (!value?.isSecret) met.wholeTries += 1
    else if (value.end - value.start >= longValueChars) meet(met, value)
    this.keep(value, rule)
  }

  private keep(value: Value | null, { kind, rank }: RankedRule): void {
    if (value?.isSecret) this.found.add({ start: value.start, end: value.end, kind, rank })
  }

  private metBy({ rank }: RankedRule): Met {
    let met = this.met[rank]
    if (met === undefined) {
      met = { start: 0, half: 0, isSecret: false, wholeTries: 0, stemEnd: 0, isStemDead: false }
      this.met[rank] = met
    }
    return met
  }
}

function meet(met: Met, { start, end, isSecret }: Value): void {
  met.start = start
  met.half = (start + end) / 2
  met.isSecret = isSecret
  met.wholeTries = 0
}

function standsAt(text: string, pattern: RegExp, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

function isInDeadStem(text: string, { chars, charsMax }: Stem, at: number, met: Met): boolean {
  if (at >= met.stemEnd) {
    chars.lastIndex = at
    met.stemEnd = at + (chars.exec(text)?.[0].length ?? 0)
    met.isStemDead = false
  }
  return met.isStemDead || met.stemEnd - at > charsMax
}

function valueAt(text: string, pattern: RegExp, rule: RankedRule, at: number): Value | null {
  pattern.lastIndex = at
  const match = pattern.exec(text)
  return match === null ? null : valueIn(match, rule)
}

function shortValueAt(text: string, narrow: RegExp, { isSecret }: Rule, at: number): Value | null {
  narrow.lastIndex = at
  const short = narrow.exec(text)?.[1]
  if (short === undefined) return null
  const end = narrow.lastIndex
  const start = end - short.length
  return { start, end, isSecret: isSecret?.(short, textBefore(text, at, start)) ?? true }
}

function textBefore(text: string, at: number, start: number): string {
  return text.slice(Math.max(0, at - nameCharsMax), start)
}

export function valueIn(match: RegExpExecArray, { isSecret }: Rule): Value {
  const found = match.indices?.groups
  const [start, end] = found?.secret ?? found?.bare ?? match.indices?.[0] ?? [0, 0]
  const value = match.input.slice(start, end)
  return { start, end, isSecret: isSecret?.(value, textBefore(match.input, match.index, start)) ?? true }
}
