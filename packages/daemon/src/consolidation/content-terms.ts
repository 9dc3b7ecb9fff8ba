// The words of a sentence that say what it is about: analysed like the index, without function words. Two sentences
// with the same content terms say the same thing in other words. Pure.
import { analyse } from '../text/analyser.ts'

/** Words that carry a statement's form, not its subject. */
const formWords = new Set(
  analyse(
    'a an and are as at be been but by can could did do does for from had has have he her here his how i if in into is it its just let me my no not of on one or our out over please she should so some such than that the their them then there these they this to too up us very was we were what when where which who will with would you your yours also always never ever now still actually really only again before after because don t s ll re ve m d isn aren doesn didn won ok okay yes',
  ),
)

/** Distinct content terms of `text`, in the order in which they first occur. */
export function contentTerms(text: string): string[] {
  return [...new Set(analyse(text))].filter((term) => !formWords.has(term))
}

/** Share of `terms` that are also in `others`, 0..1; 0 when there are none. */
export function shareOf(terms: readonly string[], others: readonly string[]): number {
  if (terms.length === 0) return 0
  const among = new Set(others)
  return terms.filter((term) => among.has(term)).length / terms.length
}
