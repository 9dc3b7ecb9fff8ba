// The words of a text as the model knows them: what the text index looks up, without what says nothing, and with the
// verbs that computing writes as one word put together ("log people in" is also "login").
import { analyseText, isStopTerm } from '../../text/analyser.ts'
import { joinedVerbEndingAt } from '../../text/phrasal-verbs.ts'

/**
 * Stemmed words of `text` that carry meaning, with repetitions. An identifier counts by its parts; as a whole it
 * would be a rare word, and outweigh them while saying less. Pure.
 */
export function meaningfulTerms(text: string): string[] {
  const { words } = analyseText(text)
  const terms: string[] = []
  words.forEach((word, at) => {
    if (!isStopTerm(word)) terms.push(word)
    const verb = joinedVerbEndingAt(words, at)
    if (verb !== undefined) terms.push(verb)
  })
  return terms
}
