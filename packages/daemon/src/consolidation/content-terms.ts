// The words of a sentence that say what it is about: analysed like the index, without function words. Two sentences
// with the same content terms say the same thing in other words. Pure.
import { analyse, isStopTerm } from '../text/analyser.ts'

/** Words beside the stop-words that carry a statement's form, not its subject. */
const formWords = new Set(
  analyse(
    'like let one please always never ever now still actually really again before after because ok okay yes',
  ),
)

/** Distinct content terms of `text`, in the order in which they first occur. */
export function contentTerms(text: string): string[] {
  return [...new Set(analyse(text))].filter((term) => !isStopTerm(term) && !formWords.has(term))
}

/** Share of `terms` that are also in `others`, 0..1; 0 when there are none. */
export function shareOf(terms: readonly string[], others: readonly string[]): number {
  if (terms.length === 0) return 0
  const among = new Set(others)
  return terms.filter((term) => among.has(term)).length / terms.length
}

const samePartMin = 0.8

/** Whether nearly all of what `terms` are about was named by `others`: said once, it need not be said again. */
export function saysNoMore(terms: readonly string[], others: readonly string[]): boolean {
  return shareOf(terms, others) >= samePartMin
}
