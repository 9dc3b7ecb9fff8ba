// What some words of a cue say to an embedder that adds up words: a verb that is meant together with its particle less,
// the word that such an embedder makes of the two more. Pure.
import { analyseText } from '../text/analyser.ts'
import { phrasalVerbsOf, usedUpVerbs } from '../text/phrasal-verbs.ts'
import { wordingCharsMax } from './cue.ts'
import { usedUpVerb } from './weights.ts'

/** By index term; undefined when every word says what it says anywhere. */
export function cueEmphasis(cue: string): ReadonlyMap<string, number> | undefined {
  if (cue.length > wordingCharsMax) return undefined
  const { words } = analyseText(cue)
  const phrasal = phrasalVerbsOf(words)
  if (phrasal.length === 0) return undefined
  return new Map([
    ...[...usedUpVerbs(words, phrasal)].map((verb) => [verb, usedUpVerb.meaning] as const),
    ...phrasal.map(({ whole }) => [whole, usedUpVerb.whole] as const),
  ])
}
