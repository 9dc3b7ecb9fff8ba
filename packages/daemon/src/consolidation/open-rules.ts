// Which sentences say what was left open, and whether on purpose. Said by the user or the assistant in their own name, as a
// statement. Precision before completeness; every rule has an example.
import { type Clause, standsAlone } from './clause.ts'
import type { Sentence } from './sentences.ts'
import { isOwnWork, type Speaker } from './speaker.ts'
import { anyOf, openParticiples } from './verbs.ts'

const openParticiple = anyOf(openParticiples)
/** TODO: rename the config keys. */
const todoMark =
  /^(?:\W{0,3})(?:still )?(?:TODO|FIXME|TBD)\b[:\s)(-]+(?!app|lists?|comments?|items?|marks?\b)\S/u
/** Left to do: error states. · Remaining work: … · Open question: … */
const openLabel =
  /^(?:left to do|(?:what's|what is) (?:still )?(?:left|missing|open)|remaining(?: work| tasks?| items?| steps?)?|still (?:to do|open|missing|left)|(?:to|not) (?:be )?done(?: yet)?|open (?:question|point|issue|item|task)s?|unfinished|outstanding)(?: is| are)?\s*[:–—-]\s*\S/iu
const whatRemains = /^(?:what (?:remains|is left|is missing)|the only thing left) is \S/iu
/** still broken · still failing · still need to */
const stillOpen = new RegExp(
  `\\bstill (?:be |being )?(?:broken|failing|fails?|open(?! (?:to|until|from|for)\\b)|missing|pending|unresolved|unclear|flaky|slow|wrong|crash(?:es|ing)?|hangs?|hanging|leaks?|leaking|untested|undocumented|outstanding|unfinished|unknown|to be ${openParticiple}|in progress|waiting (?:for|on)|not (?:${openParticiple})(?! with)|(?:don't|doesn't|do not|does not|can't|cannot) (?:work|pass|build|compile|start|load)|lacks?)\\b`,
  'iu',
)
const stillToDo =
  /^(?:i|we|somebody|someone|the \p{L}+)(?: do)? still (?:(?:need|needs|have|has) to|must) (.+)$/iu
/** The PDF export isn't done yet. · Not implemented yet: … */
const notYet = new RegExp(
  `(?<!\\b(?:that|which|who) (?:\\w+ ?)?)(?:\\bnot|n't|\\bnever) (?:been )?(?:[\\w]+ )?${openParticiple}\\b(?! with).*\\byet\\b`,
  'iu',
)
const hasYetTo = /^(?:the|this|our|my) [^,;:]{1,60} (?:has|have) yet to be \w+/iu
/** I did not get to the CSS cleanup. · I could not reproduce the crash. */
const notReached =
  /\b(?:i|we)(?: have|'ve)? (?:(?:did not|didn't|never) (?:yet )?(?:get|got) (?:(?:a)?round to|to (?!do\b|see\b|go\b|spend\b|meet\b))|ran out of time|(?:could not|couldn't|cannot|can't|was unable to|were unable to|have not been able to|haven't been able to) (?:reproduce|finish|figure out|verify|fix|resolve|complete|track down|find out)|(?:had|have) to stop)\b/iu
const remainsOpen =
  /^(?:the|this|our|my|\p{Lu})[^,;:]{1,80}? (?:(?:remains?|stays?) (?:open(?! (?:to|until|from|for)\b)|unresolved|unclear|unsolved|to be (?:done|decided))|(?:is|are) (?:still )?(?:unresolved|unsolved|blocked (?:on|by)|stuck (?:on|behind)))\b|^(?:it|this|the cause|the reason) (?:is|remains) (?:still )?(?:unclear|unknown)\b/iu
const blockedStart = /^blocked (?:on|by) \S/iu
const needsMore =
  /\bneeds? (?:another look|more work|a follow-?up|a second look|further (?:work|investigation))\b/iu
/** Next time we need to look at the slow query. · Let's continue with the form tomorrow. */
const atLaterTime =
  '(?:tomorrow|next (?:time|session|week|month|sprint)|later|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)'
const laterTime =
  /\b(?:tomorrow|next (?:time|session|week|month|sprint)|later|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b/iu
const laterPlan = new RegExp(
  `^(?:${atLaterTime},? )?(?:(?:let's|we(?:'ll| will| should| need to| have to| must| can)?) (?:continue|resume|finish|pick up|fix|do|look at|look into|tackle|come back to|get back to|test|write|clean up|check|start|add|go on|carry on|work on|revisit|review|discuss|decide)|i(?:'ll| will| have to| need to| must| should) (?:continue|resume|finish|fix|do|tackle|come back to|get back to|look into|revisit))\\b ?(.*)$`,
  'iu',
)
/** The publish step waits for Dana's approval. */
const waitsFor = /^(?:the|our|my) [^,;:]{1,60}? (?:waits?|is waiting|are waiting) (?:for|on) \S/iu
/** Dashboards later. · Tomorrow: webhook signatures. · Let's leave English for later. */
const putOff = [
  /^(?!(?:see|talk|ask|tell|until|till|sooner|i|we|you|it|that|this|maybe|not|no)\b)(?:[\p{L}\d¤'/-]+ ){1,4}later$/iu,
  /^(?:tomorrow|next (?:time|week|session)|later):? (?!i\b|we\b|is\b|you\b|at\b|it\b|then\b)(?:[\p{L}\d¤'/-]+ ?){1,6}$/iu,
  /^(?:let's |we(?:'ll)? |i(?:'ll)? )?(?:leave|keep|save|postpone|put off) (?!it\b|that\b|this\b|them\b).{2,60} (?:for|until|till|to) (?:later|another (?:time|day)|tomorrow|next (?:time|week|month)|after)\b/iu,
]
const remindMe = /^(?:can you |could you )?remind me (?:to|about|that) \S/iu

export function isOpen(clause: Clause, sentence: Sentence, speaker: Speaker): boolean {
  if (sentence.box !== null) return sentence.box === 'open'
  if (todoMark.test(sentence.plain)) return true
  const { main } = clause
  if (clause.isQuestion) return openLabel.test(main) && /^open/iu.test(main)
  if (clause.isReported) return false
  if (openLabel.test(main) || whatRemains.test(main) || blockedStart.test(main)) return true
  if (/^you\b/iu.test(main)) return false
  if (speaker === 'assistant' && (/\byou\b/iu.test(main) || !isOwnWork(main))) return false
  if (stillOpen.test(main) || notYet.test(main) || notReached.test(main)) return true
  if (hasYetTo.test(main) || waitsFor.test(main)) return true
  if (speaker === 'user' && putOff.some((pattern) => pattern.test(main))) return true
  if (remainsOpen.test(main) || needsMore.test(main)) return true
  if (speaker === 'user' && (remindMe.test(main) || standsAlone(stillToDo.exec(main)?.[1] ?? ''))) return true
  if (speaker === 'assistant' && stillToDo.test(main)) return true
  const planned = laterPlan.exec(main)?.[1]
  return planned !== undefined && laterTime.test(main) && standsAlone(planned.replace(laterTime, '').trim())
}

/** Open on purpose: it stays so until it is done, however often the talk moves on. A state ("still failing") does not. */
const onPurpose =
  /\b(?:TODO|FIXME|TBD|next (?:time|session|week|month|sprint)|tomorrow|later|remind|left to do|remain(?:s|ing)?|need(?:s)? to|have to|has to|must|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b/iu

export function isLeftOnPurpose(text: string): boolean {
  return onPurpose.test(text)
}
