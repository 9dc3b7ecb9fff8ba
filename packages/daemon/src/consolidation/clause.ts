// What every rule asks first: is this sentence a plain statement in the writer's own name, and where does its main
// clause begin once politeness, connectives and the condition before it are taken off? Pure.
import { blankMark, type Sentence } from './sentences.ts'

/** Openers of a sentence that are taken off at most. */
const leadsMax = 6

export interface Clause {
  /** The main clause, apostrophes straight, foreign words blanked, white space single, without closing marks. */
  readonly main: string
  /** The writer says that it holds in general: "from now on", "whenever you …", "as a rule". */
  readonly lasting: boolean
  /** The writer says where it holds: "in this repo", "at work". */
  readonly placed: boolean
  /** The writer says that it holds for the moment only: "now", "today", "in this file", "for now". */
  readonly passing: boolean
  readonly isQuestion: boolean
  /** Somebody else's words, or only supposed: "he said", "the docs say", "if we …", "suppose". */
  readonly isReported: boolean
}

/** Openers that are taken off: some with a comma or colon behind them only ("no, …" is not "no semicolons"). */
const lead =
  /^(?:(?:please|pls|also|and|but|so|ok|okay|oh|ah|hey|then|btw|by the way|actually|basically|personally|honestly|again|therefore|anyway)(?:\s*[,:;.!–—-]+\s*|\s+)|(?:alright|right|hi|hello|well|yes|yep|yeah|no|nope|sure|great|good|thanks|thank you|you're right|perfect|fyi|just so you know|one more thing|another thing|important|note|reminder|rule|finally|first|second|third|besides|as (?:agreed|discussed)|for (?:future )?reference|to be clear|generally)\s*[,:;.!–—-]+\s*)/iu
const polite =
  /^(?:remember to|make sure (?:to|you|that you|that|we)|be sure to|i (?:want|need|expect|would like) you to|i'd like you to)\s+/iu
const lasting =
  /^(?:from (?:now|here) on|going forward|in (?:the )?future|as a rule|in general|by default|every time|each time)\b[\s,:]*/iu
const place =
  /^(?:(?:in|for|on|across) (?:this|our|my|all|every|any) (?:of (?:our|my) )?(?:repo|repository|repositories|project|projects|codebase|code base|code|team|company|package|workspace|monorepo|app|service)s?|at work|on this team|here)\b[\s,:]*/iu
const generalCondition =
  /^(?:whenever|when|if|each time|every time|before|after|once|for|unless)\s[^,;:]{2,80}[,;:]\s*(?=\S)/iu
const lastingAfter =
  /\b(?:from now on|going forward|in (?:the )?future|(?:every|each) time (?:you|we|i)|as a rule|in general|by default|everywhere)\b/iu
const passingWords =
  /\b(?:right now|(?<!from )now|yet|for now|this (?:time|once|week|morning|afternoon|evening|one)|just this once|today|tonight|tomorrow|at the moment|for the moment|until|till|in (?:this|that) (?:file|function|step|commit|pr|branch|change|task|message|answer|case|one|line|test|round|example)|for (?:this|that)(?: (?:file|function|one|step|task|test|time|case|change))?[.!]?$|for (?:this|that) (?:file|function|one|step|task|test|time|case|change)|at the end of that)\b/iu
const questionStart =
  /^(?:who|whom|whose|what(?! (?:remains|is left|is missing)\b|'s left\b)|where|why|which|how|is|are|was|were|do(?! not\b)|does|did|can|could|should|would|will|have (?:we|you|i|they)|has|had|may|might|shall|am|isn't|aren't|don't (?:you|we|i|they)|doesn't|didn't|shouldn't|wouldn't|couldn't|can't (?:you|we)|won't|any (?:idea|chance)|no wonder|when (?:do|does|did|is|are|was|will|should|can))\b/iu
const reported =
  /\b(?:he|she|they|someone|somebody|people|everyone|everybody|the (?:docs?|documentation|manual|readme|linter|compiler|error|log|message|article|book|teacher|boss|customer|client|guide|test|output)|it|which|that) (?:says?|said|states?|prints?|tells?|told|claims?|writes?|wrote|insists?|recommends?|reads?|complains?)\b|^according to\b|\bi (?:read|heard) (?:that|somewhere)\b/iu
const supposed =
  /^(?:if|suppose|supposing|assuming|imagine|what if|in case|let's say|say we|unless|although|while)\b/iu

/** The main clause of `sentence` and what is said around it. */
export function clauseOf(sentence: Sentence): Clause {
  const whole = sentence.plain.replace(/\s+/gu, ' ').trim()
  let main = whole
  let isLasting = lastingAfter.test(whole)
  let isPlaced = false
  let isSupposed = supposed.test(whole)
  for (let step = 0; step < leadsMax; step += 1) {
    const before = main
    main = main.replace(lead, '').replace(polite, '')
    if (lasting.test(main)) isLasting = true
    if (place.test(main)) isPlaced = true
    main = main.replace(lasting, '').replace(place, '')
    const condition = generalCondition.exec(main)?.[0]
    if (condition !== undefined) {
      isSupposed ||= supposed.test(main)
      isLasting ||= /^(?:whenever|each time|every time)/iu.test(main)
      main = main.slice(condition.length)
    }
    if (main === before) break
  }
  return {
    main: main.replace(/[\s.!…]+$/u, ''),
    lasting: isLasting,
    placed: isPlaced,
    passing: passingWords.test(whole),
    isQuestion: /[?？][\s"')\]*_]*$/u.test(whole) || questionStart.test(whole.replace(lead, '')),
    isReported: reported.test(whole) || (isSupposed && !isDirective(main)),
  }
}

function isDirective(main: string): boolean {
  return /^(?:always|never|please|don't|do not|you (?:should|must)|ask|use)\b/iu.test(main)
}

/** Words that stand for something said before; a statement about them says nothing on its own. */
const pronounObject =
  /^(?:it|this|that|them|these|those|him|her|so|one$|ones|both|either|anything|something|nothing|everything|here|there|again)\b/iu
const vagueChoice =
  /^(?:the )?(?:first|second|third|last|latter|former|other|same|next|previous|top|bottom|your|option|approach|version|suggestion|idea|plan|solution|variant|number)\b/iu

/** Whether `object`, the words behind a verb, can be understood by somebody who was not there. */
export function standsAlone(object: string): boolean {
  const trimmed = object.trim()
  return trimmed !== '' && trimmed !== blankMark && !pronounObject.test(trimmed) && !vagueChoice.test(trimmed)
}

/** Whether `object` names things in general: no article, demonstrative or possessive before it. */
export function isGeneric(object: string): boolean {
  return (
    standsAlone(object) &&
    !/^(?:a|an|the|this|that|these|those|my|your|his|her|its|their|too|so|yet)\b/iu.test(object.trim())
  )
}
