// Looks for what rules find in a text, slice by slice, so that whoever looks can let others have their turn in between.
// Slices are of the places where something may begin: each rule sees as much of the text around such a place as it needs,
// and so finds in slices exactly what it finds in one.
import { indexNeedles, type NeedleIndex } from './needles.ts'
import type { Rule } from './rule.ts'
import type { SpansByPlace } from './spans.ts'
import type { Steps } from './steps.ts'
import { nameCharsMax, type RankedRule, Tries, valueIn } from './tries.ts'

/** Yields between slices. */
export type Finder = (text: string, sliceChars: number, found: SpansByPlace) => Steps<void>

/** What a rule that is looked for in the whole text may match, and what stands behind that, is not longer. */
const searchedCharsMax = 2_048

export function createFinder(rules: readonly Rule[]): Finder {
  const ranked = rules.map((rule, rank): RankedRule => ({ ...rule, rank }))
  const always = ranked.filter(({ needles }) => needles.length === 0)
  const index: NeedleIndex<RankedRule> = indexNeedles(
    ranked.flatMap((rule) => rule.needles.map((needle) => [needle, rule] as const)),
  )
  return function* find(text, sliceChars, found) {
    const tries = new Tries(found)
    const toSearch = new Set(always)
    const visit = (rule: RankedRule, at: number): void => {
      if (rule.pattern.sticky) tries.try(text, rule, at)
      else toSearch.add(rule)
    }
    for (let from = 0; from < text.length; from += sliceChars) {
      if (from > 0) yield
      index.search(text, visit, from, Math.min(from + sliceChars, text.length))
    }
    const doneTo = new Map<Rule, number>()
    for (let from = 0; from < text.length; from += sliceChars) {
      if (from > 0) yield
      for (const rule of toSearch) {
        const at = Math.max(from, doneTo.get(rule) ?? 0)
        doneTo.set(rule, searchSlice(text, rule, at, from + sliceChars, found))
      }
    }
  }
}

/** Matches that begin in `from..to - 1`, one after the other. Returns where the last one ends. */
function searchSlice(text: string, rule: RankedRule, from: number, to: number, found: SpansByPlace): number {
  const offset = Math.max(0, from - nameCharsMax)
  const slice = text.slice(offset, to + searchedCharsMax)
  const { kind, rank, pattern } = rule
  let end = from
  pattern.lastIndex = from - offset
  for (let match = pattern.exec(slice); match !== null; match = pattern.exec(slice)) {
    if (offset + match.index >= to) break
    const value = valueIn(match, rule)
    end = offset + pattern.lastIndex
    if (value.isSecret) found.add({ start: offset + value.start, end: offset + value.end, kind, rank })
  }
  return end
}
