// Finds what belongs to the story of a session: what was decided, what was done, what was left open. Said by the user
// or the assistant in their own name, as a statement. Precision before completeness; every rule has an example.
import { type Clause, standsAlone } from './clause.ts'
import type { Sentence } from './sentences.ts'
import { aboutWork, anyOf, doneParticiples, openParticiples, userDoneParticiples } from './verbs.ts'

export type Speaker = 'user' | 'assistant'

/** We decided to drop Node 18. · We agreed that … · I've decided against … */
const decided =
  /^(?:we|i)(?:'ve| have|'d)?(?: all| both| finally| just| already| now| also)* (?:decided (?:to|on|that|for|against|not)|agreed (?:that|on|to)|settled (?:on|for)|opted (?:for|to|against)|resolved to|went with(?! (?:my|our|his|her|him|them|us|friends|family|someone|some|a (?:group|friend|couple|colleague))\b)|(?:chose|chosen|picked|selected)(?! (?:up|out)\b)) (.+)$/iu
const saysReason =
  /\b(?:because|since|so that|so (?:\p{L}+ ){1,3}(?:can|keeps?|is|are|stays?)|rather than|instead of|as the|over)\b/iu
const past = /\b(?:yesterday|today|tonight|last (?:night|week|month|year)|ago|this morning|once)\b/iu
/** Let's go with SQLite. · Let's stick with REST. */
const letUs =
  /^(?:let's|let us) (?:go with|use|stick (?:with|to)|stay (?:with|on)|keep|adopt|settle (?:on|for)|opt for|switch to|standardi[sz]e on|move to) (.+)$/iu
const notAChoice =
  /^(?:\w+in[g']|an eye|in touch|at\b|each other|going|things|simple|the time|time\b|this|that|it\b|up\b)/iu
/** We'll go with two replicas. · I'm going with the blue tiles. */
const goingWith =
  /^(?:we|i)(?:'ll| will|'m| am|'re| are)(?: just| definitely| now)* (?:go(?:ing)? with|stick(?:ing)? (?:with|to)|stay(?:ing)? with|opt(?:ing)? for|settl(?:e|ing) (?:on|for)) (.+)$/iu
/** We will use feature flags rather than branches. */
const willUse =
  /^we(?:'ll| will|'re going to| are going to) (?:use|keep|store|support|ship|adopt|host|build on) (.+)$/iu
/** We won't support Windows 7. */
const willNot =
  /^we(?: won't| will not|'re not going to| are not going to) (?:support|use|ship|add|implement|migrate|rewrite|build|keep|offer|adopt|store) (.+)$/iu
/** Decision: the cache lives in Redis. · As agreed, the retry limit is five. */
const announced =
  /^(?:(?:the |our |my )?(?:final )?decision(?:: | is (?:to |that )| was (?:to |that ))|agreed: )(.+)$/iu
const planIs = /^the plan is (?:to|that we) (.+)$/iu
/** We replaced Moment with date-fns. · We switched to Vitest. */
const replaced =
  /^we(?:'ve| have)?(?: just| now| finally)* (?:(?:switched|migrated|changed|moved)(?: over)? (?:.{2,40} )?from .{2,40} to|(?:switched|migrated)(?: over)? to|replaced .{2,60} (?:with|by)|(?:dropped|ditched|abandoned) .{2,60} (?:because|in favou?r of|for)|standardi[sz]ed on|adopted) (.+)$/iu
/** Assistant: I kept the old endpoint rather than break clients. */
const workingChoice =
  /^i(?:'ve| have)? (?:deliberately |intentionally )?(?:went with|opted for|settled on|chose|picked|selected|kept|left|used(?! to\b)) (.+)$/iu

export function isDecision(clause: Clause, sentence: Sentence, speaker: Speaker): boolean {
  if (clause.isQuestion || clause.isReported) return false
  if (/^\s*as (?:agreed|decided|discussed),/iu.test(sentence.plain)) return true
  const { main } = clause
  if (speaker === 'assistant') {
    const worked = workingChoice.exec(main)?.[1]
    if (worked !== undefined)
      return standsAlone(worked) && (saysReason.test(main) || /^i (?:went with|opted|settled)/iu.test(main))
    if (/^i\b/iu.test(main) || !aboutWork.test(main)) return false
  }
  const patterns = [
    decided,
    goingWith,
    willNot,
    announced,
    replaced,
    ...(speaker === 'user' ? [willUse, planIs] : []),
  ]
  const chosen = firstGroup(main, patterns)
  if (chosen !== undefined)
    return (
      standsAlone(chosen) &&
      !notAChoice.test(chosen) &&
      !/^(?:to |on )?(?:it|this|that)\b/iu.test(chosen) &&
      !(/^i\b/iu.test(main) && past.test(main))
    )
  const proposed = letUs.exec(main)?.[1]
  return speaker === 'user' && proposed !== undefined && standsAlone(proposed) && !notAChoice.test(proposed)
}

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

const doneVerb = anyOf(doneParticiples)
/** I've added a retry to the upload client. */
const iDid = new RegExp(
  `^i(?:'ve| have)?(?: just| now| also| already| successfully)* (?:${doneVerb}|split) (.+)$`,
  'iu',
)
/** I've merged the invoice branch: what the user did, named as something both know. */
const userDid = new RegExp(
  `^(?:i|we)(?:'ve| have)?(?: just| now| also| already)* ${anyOf(userDoneParticiples)} (?:the|our|all|my|version|¤)(?=[\\s¤]).*$`,
  'iu',
)
/** Fixed the off-by-one. */
const reportLine = new RegExp(`^${doneVerb} (.+)$`, 'iu')
const reportedThing =
  /^(?:a|an|the|all|both|this|your|our|missing|unused|support|\d+|¤+|\p{Lu}[\p{L}\d]*)(?=[\s¤])/u
/** All 214 tests pass. */
const testsPass =
  /^(?:now )?(?:all|the|both|\d+)(?: (?:of )?\d+)?(?: \p{L}+){0,3} tests? (?:now )?(?:pass|are green|are passing|succeed)\b/iu
/** The importer now handles empty files. */
const worksNow =
  /^(?:the |your |our |¤+ ?)(?:(?! when | if )[^,;:]){1,60}? now (?:\p{L}+s|works?|pass(?:es)?|uses?)\b/iu
const isDoneNow =
  /^(?:the |your |our |¤+ ?)(?:(?! when | if )[^,;:]){1,60}? (?:is|are|has been|have been) (?:now |already )?(?:published|live|deployed|merged|fixed|in place|released|resolved|migrated)\b/iu
const doneLabel = /^(?:done|finished|completed)\s*[:–—-]\s*\S/iu
/** A text handed over in the answer is not work done. */
const handedOver =
  /\b(?:below|above|here|for you|you (?:can|could|may|might)|options?|versions?|drafts?|outlines?|examples?|lists? of|tables?|ideas?|samples?|summary|stor(?:y|ies)|poems?|letters?|emails?)\b/iu
/**
 * What an assistant writes about the world is an essay, not a report: its own work is in the first person or names what is
 * worked on.
 */
const ownWork = /^i(?:'ve|'m)?\b/iu
const stillTrouble = /\b(?:but|and now|however|although|error|errors|fails?|still|doesn't|didn't|not)\b/iu

export function isDone(clause: Clause, sentence: Sentence, speaker: Speaker): boolean {
  if (sentence.box === 'done') return true
  if (clause.isQuestion || clause.isReported || sentence.box === 'open') return false
  const { main } = clause
  if (speaker === 'user') return userDid.test(main) && !stillTrouble.test(main)
  if (!isOwnWork(main)) return false
  if (!/ \p{Ll}/u.test(main) && !main.includes('¤')) return false // a title
  const did = iDid.exec(main)?.[1]
  if (did !== undefined) return standsAlone(did) && !handedOver.test(main)
  if (handedOver.test(main)) return doneLabel.test(main)
  if (reportedThing.test(reportLine.exec(main)?.[1] ?? '')) return true
  return [testsPass, worksNow, isDoneNow, doneLabel].some((pattern) => pattern.test(main))
}

/** All 214 tests pass. */
export function isTestReport(text: string): boolean {
  return testsPass.test(text)
}

/** Open on purpose: it stays so until it is done, however often the talk moves on. A state ("still failing") does not. */
const onPurpose =
  /\b(?:TODO|FIXME|TBD|next (?:time|session|week|month|sprint)|tomorrow|later|remind|left to do|remain(?:s|ing)?|need(?:s)? to|have to|has to|must|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b/iu

export function isLeftOnPurpose(text: string): boolean {
  return onPurpose.test(text)
}

function isOwnWork(main: string): boolean {
  return ownWork.test(main) || aboutWork.test(main)
}

function firstGroup(text: string, patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(text)
    if (match !== null) return match.slice(1).find((group) => group !== undefined)
  }
  return undefined
}
