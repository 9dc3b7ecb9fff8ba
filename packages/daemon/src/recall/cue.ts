// Reads a cue: which words matter, what is quoted, who and when it is about, what kind of answer it wants. Pure; the
// present is handed in.
import { analyseText, isStopTerm } from '../text/analyser.ts'
import { type PhrasalVerb, phrasalVerbsOf, usedUpVerbs } from '../text/phrasal-verbs.ts'
import { hashTerm } from '../text/term-hash.ts'
import { parseNamedTime, type TimeWindow } from './time-window.ts'
import { usedUpVerb } from './weights.ts'

export interface Cue {
  readonly text: string
  readonly mode: 'verbatim' | 'concept'
  /** Content words in order, with repetitions; all words when there are only stop-words. */
  readonly content: readonly string[]
  /** Distinct content words, then what verbs and particles mean together, then distinct extras (identifiers as wholes). */
  readonly terms: readonly CueTerm[]
  /** Quoted stretches as written, and as their words, stop-words included, which must stand side by side. */
  readonly quotes: readonly string[]
  readonly phrases: readonly (readonly string[])[]
  readonly window: TimeWindow | null
  /** Names a time other than the present ("last week", "in May"). */
  readonly namesPast: boolean
  /** Asks what happened in that time, and about nothing in particular. */
  readonly asksOnlyForTime: boolean
  /** The cue asks for what the assistant said ("you suggested", "remind me"). */
  readonly asksAssistant: boolean
  readonly wants: AnswerType
}

export interface CueTerm {
  readonly term: string
  readonly hash: number
  readonly isExtra: boolean
  /** How much of a word it is, 0 to 1: less for a verb that is meant together with its particle. */
  readonly weight: number
  /** Of what such a verb and its particle mean as one word (`login`): the two, which say the same side by side. */
  readonly sideBySide: readonly string[] | null
}

export interface AnswerType {
  readonly number: boolean
  readonly time: boolean
  readonly name: boolean
  /** Help, advice or a recommendation, rather than something that was said or happened. */
  readonly advice: boolean
}

/** Longer cues are read up to here for dates, quotes and wording; their words all count (up to cueTermsMax). */
export const wordingCharsMax = 2_000
const cueTermsMax = 64
const joinedTermsMax = 2

export function readCue(text: string, now: number): Cue {
  const wording = text.slice(0, wordingCharsMax)
  const { words, extras } = analyseText(text)
  const withoutStops = words.filter((word) => !isStopTerm(word))
  const content = withoutStops.length > 0 ? withoutStops : words
  const quotes = quotesIn(wording)
  const time = parseNamedTime(wording, now)
  const phrasal = text === wording ? phrasalVerbsOf(words) : []
  return {
    text,
    mode: isVerbatim(wording) ? 'verbatim' : 'concept',
    content,
    terms: [...wordTerms(content, phrasal), ...distinct(extras, true)].slice(0, cueTermsMax),
    quotes,
    phrases: quotes.map((quote) => analyseText(quote).words),
    window: time?.window ?? null,
    namesPast: time !== null && !time.words.every((words) => presentWording.test(words)),
    asksOnlyForTime: time !== null && isOnlyTime(withoutStops, time.words),
    asksAssistant: assistantWording.test(wording),
    wants: {
      number: /\bhow (?:many|much|long|old|often|far|tall)\b/i.test(wording),
      time: /\b(?:when|how long|what (?:date|day|time|month|year)|how many (?:days|weeks|months|years))\b/i.test(
        wording,
      ),
      name: /\b(?:who|whom|which|where|what (?:is|was) the name|name of)\b/i.test(wording),
      advice: adviceWording.test(wording) && !pastWording.test(wording),
    },
  }
}

const presentWording = /^(?:today|tonight|this (?:week|month|quarter|year))$/i

/** Stems of words that ask about a time without asking about anything in it. */
const openWords = new Set(
  'happen work do talk discuss say tell go chang learn decid session convers thing progress recap summar'.split(
    ' ',
  ),
)

function isOnlyTime(content: readonly string[], timeWords: readonly string[]): boolean {
  const ofTime = new Set(timeWords.flatMap((words) => analyseText(words).words))
  return content.every((word) => ofTime.has(word) || openWords.has(word))
}

const assistantWording =
  /\b(?:(?<!\b(?:can|could|would|will) )you (?:said|told|mention\w*|suggest\w*|recommend\w*|provid\w*|gave|listed|shared|explain\w*|describ\w*|advis\w*|help\w*)|remind me|our (?:previous|last|earlier) (?:conversation|chat|discussion)|previous (?:conversation|chat)|you were|your (?:suggestion|recommendation|answer|response|list)|did you)\b/i

const adviceWording =
  /\b(?:recommend|suggest|suggestions?|advice|tips|ideas|any thoughts|help me|can you|could you|show me|walk me|how (?:can|should|do|would|could) (?:i|we)|what should|should i|what are (?:some|the)|what (?:kind|type)s? of)\b/i
const pastWording =
  /\b(?:did|have i|had i|was|were|i (?:said|told|mention\w*)|remind me|(?<!\b(?:can|could|would|will) )you (?:said|told|suggest\w*|recommend\w*)|so far|summar\w*|order|how many)\b/i

const quoted = /"([^"]*)"|“([^”]*)”|«([^»]*)»|「([^」]*)」/g

/** Quotations that hold at least one word. */
function quotesIn(text: string): string[] {
  return [...text.matchAll(quoted)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? '')
    .filter((quote) => analyseText(quote).words.length > 0)
}

/** The whole cue is one quotation. */
function isVerbatim(text: string): boolean {
  return /^\s*(?:"[^"]+"|“[^”]+”|«[^»]+»|「[^」]+」)\s*$/.test(text)
}

/** Content words, and behind them what verbs and particles among them mean together. */
function wordTerms(content: readonly string[], phrasal: readonly PhrasalVerb[]): CueTerm[] {
  const words = distinct(content, false)
  if (phrasal.length === 0) return words
  const usedUp = usedUpVerbs(content, phrasal)
  const held = new Set(content)
  const joined = phrasal.filter(({ whole }) => !held.has(whole)).slice(0, joinedTermsMax)
  return [
    ...words.map((each) => (usedUp.has(each.term) ? { ...each, weight: usedUpVerb.words } : each)),
    ...joined.map(({ verb, particle, whole }) => ({
      ...{ term: whole, hash: hashTerm(whole), isExtra: false, weight: 1 },
      sideBySide: [verb, particle],
    })),
  ]
}

function distinct(terms: readonly string[], isExtra: boolean): CueTerm[] {
  return [...new Set(terms)].map((term) => ({
    ...{ term, hash: hashTerm(term), isExtra, weight: 1 },
    sideBySide: null,
  }))
}
