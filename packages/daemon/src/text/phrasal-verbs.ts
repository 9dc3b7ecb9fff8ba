// Verbs that computing writes as one word with their particle: to "log people in" is to give them a "login". What a
// memory says is read loosely, so that nothing is missed; a question strictly, because there the verb alone then counts
// less, and "log errors in production" is about logs.
import { isStopTerm } from './analyser.ts'
import { stemWord } from './stemming.ts'

/** Stems of both parts are as short as they are. */
const joinedVerbs: ReadonlySet<string> = new Set(
  `login logout logon signin signup setup backup rollback rollout shutdown startup cleanup lookup timeout
  checkout`.split(/\s+/),
)
const particles: ReadonlySet<string> = new Set(['in', 'out', 'on', 'up', 'back', 'down'])

/** The one word of which the particle at `at` is the end, wherever it may be meant. `words` are index terms. Pure. */
export function joinedVerbEndingAt(words: readonly string[], at: number): string | undefined {
  const particle = words[at] as string
  if (!particles.has(particle)) return undefined
  return joined(words[at - 1], particle) ?? joined(words[at - 2], particle)
}

function joined(verb: string | undefined, particle: string): string | undefined {
  const whole = `${verb}${particle}`
  return joinedVerbs.has(whole) ? whole : undefined
}

export interface PhrasalVerb {
  /** `log` */
  readonly verb: string
  /** `in` */
  readonly particle: string
  /** `login` */
  readonly whole: string
}

/** Words between a verb and its particle: "roll the last release back". */
const betweenMax = 3

/** What `words`, all index terms of a question in order, surely mean as one word; each once. Pure. */
export function phrasalVerbsOf(words: readonly string[]): readonly PhrasalVerb[] {
  const found = new Map<string, PhrasalVerb>()
  words.forEach((particle, at) => {
    if (!particles.has(particle)) return
    for (let from = at - 1; from >= Math.max(0, at - 1 - betweenMax); from--) {
      const verb = words[from] as string
      const whole = joined(verb, particle)
      if (whole !== undefined && isMeant(words, from, at)) found.set(whole, { verb, particle, whole })
      // A preposition or an auxiliary in between begins something else.
      if (isStopTerm(verb) && !determiners.has(verb) && !objects.has(verb)) break
    }
  })
  return [...found.values()]
}

/** Verbs of `phrasal` that `words` hold no more often than with their particles: alone they say little. Pure. */
export function usedUpVerbs(words: readonly string[], phrasal: readonly PhrasalVerb[]): ReadonlySet<string> {
  const left = new Map<string, number>()
  for (const word of words) left.set(word, (left.get(word) ?? 0) + 1)
  for (const { verb } of phrasal) left.set(verb, (left.get(verb) ?? 0) - 1)
  return new Set(phrasal.map(({ verb }) => verb).filter((verb) => (left.get(verb) ?? 0) <= 0))
}

const determiners = termsOf(
  'a an the this that these those my our your his her its their all any some each both',
)
const objects = termsOf('me us him them it you')
const asking = termsOf('what which')
const auxiliaries = termsOf('do does did can could should shall will would must may might')
/** These two are prepositions as well: "log in the file". */
const prepositions = termsOf('in on')
const clauseBeginnings = termsOf('when if before after while until to that')
const otherPrepositions = termsOf('in on at of for from by to with about')
/** Nouns that a joined verb stands before: "the log in page". */
const companions = termsOf('page screen form button flow process')
/** Beside stop-words: what goes on behind a verb and its particle. */
const continuations = termsOf(
  `after before during until till while without within since because via using through now again automatically manually
  remotely locally work`,
)

function isMeant(words: readonly string[], from: number, at: number): boolean {
  const [before, next] = [words[from - 1] ?? '', words[at + 1]]
  if (next !== undefined && companions.has(next)) return true
  // "The log in", "which check out of the ten": a noun.
  if (determiners.has(before) || asking.has(before)) return false
  const isApart = at - from > 1
  if (!isApart && !prepositions.has(words[at] as string)) return true
  if (!isApart && isAskedFor(words, from, at)) return false
  return next === undefined || continuations.has(next) || (isStopTerm(next) && !determiners.has(next))
}

/** "Which level do we log on in tests": the preposition belongs to what is asked for, unless another ends the question. */
function isAskedFor(words: readonly string[], from: number, at: number): boolean {
  const asks = words.findLastIndex((word, index) => index < from && asking.has(word))
  const between = asks === -1 ? [] : words.slice(asks, from)
  if (!between.slice(0, -1).some((word) => auxiliaries.has(word))) return false
  if (between.some((word) => clauseBeginnings.has(word))) return false
  return !(at + 2 === words.length && otherPrepositions.has(words[at + 1] as string))
}

function termsOf(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/).map(stemWord))
}
