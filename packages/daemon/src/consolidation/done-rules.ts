// Which sentences say what was done. Said by the user or the assistant in their own name, as a statement. Precision before
// completeness; every rule has an example.
import { type Clause, standsAlone } from './clause.ts'
import type { Sentence } from './sentences.ts'
import { isOwnWork, type Speaker } from './speaker.ts'
import { anyOf, doneParticiples, userDoneParticiples } from './verbs.ts'

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
