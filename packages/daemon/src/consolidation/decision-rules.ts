// Which sentences say what was decided. Said by the user or the assistant in their own name, as a statement. Precision
// before completeness; every rule has an example.
import { type Clause, standsAlone } from './clause.ts'
import type { Sentence } from './sentences.ts'
import type { Speaker } from './speaker.ts'
import { aboutWork } from './verbs.ts'

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

function firstGroup(text: string, patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(text)
    if (match !== null) return match.slice(1).find((group) => group !== undefined)
  }
  return undefined
}
