// Reads which value a sentence gives to what: a port, a version, a path, a name, a choice. Only sentences with one clear
// value and a subject of their own are read, so that two of them can be compared. Pure.
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import { clauseOf } from './clause.ts'
import { contentTerms } from './content-terms.ts'
import type { Saying } from './quotation.ts'
import { type Sentence, sentencesOf } from './sentences.ts'
import { aboutWork } from './verbs.ts'

const attributes = ['port', 'version', 'date', 'path', 'quantity', 'name', 'choice', 'place'] as const
export type Attribute = (typeof attributes)[number]

export interface Assertion extends Saying {
  readonly attribute: Attribute
  /** Content terms that say what has the value, sorted; may be empty when the old value is named. */
  readonly subject: readonly string[]
  /** The value, folded for comparing; null when the sentence only takes one back ("we don't use npm any more"). */
  readonly value: string | null
  /** The value it says no longer holds, folded; null when it names none. */
  readonly formerValue: string | null
  /** The sentence says in words that something changed. */
  readonly saysChanged: boolean
  readonly trust: Memory['trust']
}

/** What the turn asserts, in order. */
export function assertionsOf(turn: Memory): Assertion[] {
  if (turn.trust === 'tool' || turn.kind === 'summary') return []
  return sentencesOf(turn.text).flatMap((sentence) => {
    if (!mayAssert.test(sentence.text)) return []
    // An assistant's essay gives values to many things; only what it says about the work is compared.
    if (turn.role === 'assistant' && !aboutWork.test(sentence.plain)) return []
    const read = readAssertion(sentence)
    if (read === null) return []
    const { start, end, text } = sentence
    const { id: memoryId, role, saidAt, trust } = turn
    return [{ ...read, memoryId, start, end, text, role, saidAt, trust }]
  })
}

/** What every pattern below needs; most sentences have none of it. */
const mayAssert =
  /\d|called|named|\buses?\b|using|prefer|go with|deploy|host|live|moved|relocat|based|stored|kept|located|found|switch|migrat|chang|renam|replac|swap|stopped|dropped|got rid|abandoned|need|work|\/|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve/iu

type Reading = Omit<Assertion, keyof Saying | 'trust'>

const changeWords =
  /\b(?:any ?more|no longer|not .{1,40} but|switched|switch over|moved|migrated|changed|renamed|replaced?|instead of|rather than|actually|correction|used to)\b|, not\b/iu

function readAssertion(sentence: Sentence): Reading | null {
  if (sentence.text.length > limits.assertionCharsMax) return null
  const clause = clauseOf(sentence)
  if (clause.isQuestion || clause.isReported) return null
  const text = sentence.text.replace(/[’ʼ]/gu, "'").replace(/\s+/gu, ' ')
  const saysChanged = changeWords.test(text)
  return readReplacement(text) ?? readRetraction(text) ?? readValue(text, saysChanged)
}

const product =
  'node(?:\\.js)?|python|postgres(?:ql)?|java|ruby|go|php|react|vue|angular|debian|ubuntu|rails|django|typescript|redis|mysql|mariadb|kafka|macos|ios|android|windows|next(?:\\.js)?|svelte|spring boot|elasticsearch|mongodb|sqlite|npm|pnpm|yarn|vite|webpack|eslint|kubernetes|terraform'
const thing = '[`"“\']?([\\p{L}@][\\p{L}\\d.@/+#_-]*)[`"”\']?'
const pathShape = '[`"]?((?:~|\\.{1,2})?/?[\\w.@-]+(?:/[\\w.@-]+)+/?)[`"]?'
const unit =
  '(?:%|percent|ms|s|sec|seconds?|minutes?|min|hours?|days?|weeks?|months?|kb|mb|gb|tb|px|rem|em|euros?|dollars?|€|\\$|£|people|users?|items?|rows?|retries|attempts|replicas?|workers?|tokens?|characters|chars|lines?|columns?|spaces)(?!\\p{L})'
const numberWords = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]
const amount = `(?:[$€£] ?)?(?:\\d[\\d.,]*|${numberWords.join('|')})(?: ?${unit})?`
const month =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'
const day = `\\d{4}-\\d\\d-\\d\\d|(?:${month}) \\d{1,2}(?:st|nd|rd|th)?|\\d{1,2}(?:st|nd|rd|th)?\\.? (?:of )?(?:${month})|(?:mon|tues|wednes|thurs|fri|satur|sun)day`
const scheduled =
  /\b(?:deadline|release|launch|meeting|appointment|due|flight|demo|opening|ceremony|concert|exhibition|conference|market|talk|exam|interview|kick-?off|review|delivery|wedding|party|go-live|retro|sprint|freeze|cut-?off|migration|course|class|lesson|dinner|visit|trial)\b/iu

/** "The upload timeout is …": a thing both know, not an example or a line of a list. */
const definiteSubject =
  /^(?:(?:so|and|but|now|actually|ok|please|note that|from now on)[, ]+)*(?:the|our|my|we|i)\b/iu

interface ValuePattern {
  readonly attribute: Attribute
  readonly pattern: RegExp
  /** The sentence must also match this. */
  readonly needs?: RegExp
}

const valuePatterns: readonly ValuePattern[] = [
  {
    attribute: 'port',
    pattern: /\bport(?: number)?(?: is| was)?(?: now)?(?: changed)?(?: to|:|=)? [`"]?(\d{2,5})\b/giu,
  },
  {
    attribute: 'port',
    pattern:
      /\b(?:listens?|listening|runs?|running|serves?|is|reachable|available|moved|lives?|answers?)(?: now| actually)? (?:on|at|to) [`"]?:?(\d{4,5})\b/giu,
  },
  { attribute: 'port', pattern: /(?:localhost|127\.0\.0\.1):(\d{2,5})\b/giu },
  {
    attribute: 'version',
    pattern: new RegExp(`\\b(?:${product}) (?:version )?v?(\\d+(?:\\.(?:\\d+|x))*)\\b`, 'giu'),
  },
  { attribute: 'version', pattern: /\b(?:version|v)(?: is| to)? ?(\d+(?:\.\d+)+)\b/giu },
  {
    attribute: 'date',
    pattern: new RegExp(
      `\\b(?:is|are|was moved|moved|will be|due|starts?|planned|scheduled|set)(?: now| actually)?(?: planned| scheduled| set)?(?: for| to| on| by)? (?:the )?(${day})\\b`,
      'giu',
    ),
    needs: scheduled,
  },
  {
    attribute: 'path',
    pattern: new RegExp(
      `\\b(?:live|lives|is|are|stored|kept|located|found|moved|go|goes|written)(?: now)? (?:in|at|under|to|into) ${pathShape}`,
      'giu',
    ),
  },
  {
    attribute: 'name',
    pattern: new RegExp(`\\b(?:is|are|was)(?: now)? (?:called|named) ${thing}`, 'giu'),
    needs: definiteSubject,
  },
  {
    attribute: 'quantity',
    pattern: new RegExp(
      `\\b(?:is|are|set to|raised to|lowered to|increased to|reduced to|costs?)(?: now| actually| about| set to)? (${amount})(?![\\d/-])(?!\\.\\d)`,
      'giu',
    ),
    needs: definiteSubject,
  },
  {
    attribute: 'choice',
    pattern: new RegExp(
      `^(?:(?:and|so|ok|okay),? )*(?:(?:from now on|in this (?:repo|project)|here),? )?(?:we|i|let's|always|our team) ?(?:now |all |only |always |will |'ll |mostly |decided to |agreed to )*(?:use|prefer|go with|deploy to|deploy with|host on) ${thing}`,
      'giu',
    ),
  },
  {
    attribute: 'place',
    pattern:
      /\b(?:[Ii]|[Ww]e|[Mm]y \p{L}+|[Tt]he \p{L}+ (?:team|office)) (?:now )?(?:live|lives|moved|relocated|am based|is based|are based) (?:in|to) (\p{Lu}[\p{L}-]+(?: \p{Lu}[\p{L}-]+)?)/gu,
  },
]

/** A sentence with exactly one value of exactly one kind. */
function readValue(text: string, saysChanged: boolean): Reading | null {
  for (const { attribute, pattern, needs } of valuePatterns) {
    if (needs !== undefined && !needs.test(text)) continue
    const matches = [...text.matchAll(pattern)]
    const values = new Set(matches.map((match) => fold(match[1] ?? '')))
    if (values.size > 1) return null
    const value = matches[0]?.[1]
    if (value === undefined || isNoName(attribute, value)) continue
    const about = subjectOf(text, [value])
    const subject = attribute === 'place' && about.length === 0 ? [speaker] : about
    // A choice without a purpose can still be named by what replaces it; any other value needs something that has it.
    if (subject.length === 0 && attribute !== 'choice') return null
    if (subject.length > limits.assertionSubjectTermsMax) return null
    return { attribute, subject, value: fold(value), formerValue: null, saysChanged }
  }
  return null
}

const replacements: readonly { readonly pattern: RegExp; readonly former: 1 | 2 }[] = [
  {
    pattern: new RegExp(
      `\\b(?:switched|moved|migrated|changed|renamed|upgraded|went|goes?|switch|move|migrate|change|rename|upgrade)\\b.{0,60}? from ${thing}(?: [\\p{L}-]+){0,2} to ${thing}`,
      'iu',
    ),
    former: 1,
  },
  {
    pattern: new RegExp(`\\b(?:replaced?|swapped|renamed?) ${thing} (?:with|by|for|to) ${thing}`, 'iu'),
    former: 1,
  },
  {
    pattern: new RegExp(
      `\\b(?:use|using|uses|prefer|run|runs|on|to|with) ${thing} (?:now )?(?:instead of|rather than|in place of) ${thing}`,
      'iu',
    ),
    former: 2,
  },
  {
    pattern: new RegExp(
      `\\b(?:use|uses|using|prefer) ${thing}(?: now)?,? (?:not|no longer) ${thing}(?: any ?more)?\\b`,
      'iu',
    ),
    former: 2,
  },
]
const numericReplacement = new RegExp(
  `\\b(?:from|not) (?:port |version |v)?[\`"]?(\\d[\\d.]*)[\`"]?(?: ?${unit})? ?(?:to|but|,) (?:port |version |v)?[\`"]?(\\d[\\d.]*(?: ?${unit})?)\\b`,
  'iu',
)

/** "We switched from npm to pnpm": names both the new value and the one it replaces. */
function readReplacement(text: string): Reading | null {
  for (const { pattern, former } of replacements) {
    const match = pattern.exec(text)
    const [first, second] = [match?.[1], match?.[2]]
    if (first === undefined || second === undefined) continue
    const [old, current] = former === 1 ? [first, second] : [second, first]
    if (isNoName('choice', old) || isNoName('choice', current) || fold(old) === fold(current)) continue
    return {
      attribute: 'choice',
      subject: subjectOf(text, [old, current]),
      value: fold(current),
      formerValue: fold(old),
      saysChanged: true,
    }
  }
  return readNumericReplacement(text)
}

/** "The timeout went from 30 to 60 seconds": the unit stands behind the second number and is meant for both. */
function readNumericReplacement(text: string): Reading | null {
  const match = numericReplacement.exec(text)
  const [old, current] = [match?.[1], match?.[2]]
  if (old === undefined || current === undefined || !changeWords.test(text)) return null
  const subject = subjectOf(text, [old, current])
  if (subject.length === 0 || subject.length > limits.assertionSubjectTermsMax) return null
  const unitBehind = fold(current).replace(/^[\d.,]+/u, '')
  const isPort = /\bport\b/iu.test(text) || (/^\d{4,5}$/u.test(old) && /^\d{4,5}$/u.test(current))
  const attribute = unitBehind !== '' ? 'quantity' : isPort ? 'port' : 'version'
  return { attribute, subject, value: fold(current), formerValue: fold(old) + unitBehind, saysChanged: true }
}

const retractions = [
  new RegExp(
    `\\b(?:don't|do not|doesn't|does not|no longer|never) (?:use|uses|run|runs|need|needs|deploy to|deploy with|live in|work at|work for) ${thing}(.*)$`,
    'iu',
  ),
  new RegExp(`\\b(?:stopped using|dropped|got rid of|moved away from|abandoned) ${thing}(.*)$`, 'iu'),
]

/** "We don't use npm any more": takes a value back without naming another. */
function readRetraction(text: string): Reading | null {
  for (const pattern of retractions) {
    const match = pattern.exec(text)
    const old = match?.[1]
    if (match === null || old === undefined || isNoName('choice', old)) continue
    if (!/\b(?:any ?more|any longer|no longer|stopped|dropped|got rid|moved away|abandoned)\b/iu.test(text))
      continue
    return {
      attribute: 'choice',
      subject: subjectOf(text, [old]),
      value: null,
      formerValue: fold(old),
      saysChanged: true,
    }
  }
  return null
}

const emptyNames =
  /^(?:it|this|that|the|a|an|my|our|your|his|her|their|them|these|those|one|all|any|no|some|both|each|for|to|on|in|more|less|so|as|of|here|there|something|anything|what|which|how|not|very|still|only)$/iu

function isNoName(attribute: Attribute, value: string): boolean {
  if (attribute === 'quantity' || attribute === 'port' || attribute === 'version') return false
  return emptyNames.test(value.split(' ')[0] ?? '')
}

/** Words of an assertion's form. */
const formTerms = new Set(
  contentTerms(
    'port version number listen listens listening run runs running serve serves use uses using prefer called named name switch switched move moved migrate migrated change changed rename renamed replace replaced instead rather any anymore more longer actually correction live lives stored kept located found set raised lowered increased reduced cost costs currently today new old go goes deploy host with localhost available reachable decided decide agreed stay stays stopped dropped',
  ),
)

/** The subject of "I live in …". */
const speaker = 'i'

const besideThePoint = / (?:because|since|so that)\b|, (?:the|it|we|i|he|she|they|so|but)\b/iu

/** What the sentence is about once its values and its form are taken away. */
function subjectOf(text: string, values: readonly string[]): string[] {
  // Why something was chosen, and what else happened, is not what it is about.
  const [value = ''] = values
  const aside = text.slice(text.indexOf(value)).search(besideThePoint)
  const said = aside === -1 ? text : text.slice(0, text.indexOf(value) + aside)
  const rest = values.reduce((left, value) => left.replaceAll(value, ' '), said)
  return contentTerms(rest)
    .filter((term) => !formTerms.has(term))
    .sort()
}

function fold(value: string): string {
  const folded = value
    .toLowerCase()
    .replace(/^[`"“']+|[`"”'.,;:]+$/gu, '')
    .replace(/(\d)(?:st|nd|rd|th)\b/gu, '$1')
    .trim()
  const word = numberWords.indexOf(folded.split(' ')[0] ?? '')
  return word === -1 ? folded : folded.replace(/^\S+/u, String(word))
}
