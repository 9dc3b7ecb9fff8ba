// The words of a text as the model knows them: what the text index looks up, without what says nothing, and with the
// verbs that computing writes as one word put together ("log people in" is also "login").
import { analyseText, isStopTerm } from '../../text/analyser.ts'

/** Verb and particle by which people mean the one word. Stems of both are as short as they are. */
const phrasalVerbs: ReadonlySet<string> = new Set(
  `login logout logon signin signup setup backup rollback rollout shutdown startup cleanup lookup timeout
  checkout`.split(/\s+/),
)
const particles: ReadonlySet<string> = new Set(['in', 'out', 'on', 'up', 'back', 'down'])

/**
 * Stemmed words of `text` that carry meaning, with repetitions. An identifier counts by its parts; as a whole it
 * would be a rare word, and outweigh them while saying less. Pure.
 */
export function meaningfulTerms(text: string): string[] {
  const { words } = analyseText(text)
  const terms: string[] = []
  words.forEach((word, at) => {
    if (!isStopTerm(word)) terms.push(word)
    if (!particles.has(word)) return
    const verb = phrasalVerb(word, words[at - 1]) ?? phrasalVerb(word, words[at - 2])
    if (verb !== undefined) terms.push(verb)
  })
  return terms
}

function phrasalVerb(particle: string, verb: string | undefined): string | undefined {
  const joined = `${verb}${particle}`
  return phrasalVerbs.has(joined) ? joined : undefined
}
