// Names the kind of statement a sentence is, by rules alone: the same sentence always gets the same answer, and what is
// kept of it is a quotation, never a rewording. What a tool said, and what a user pasted, states nothing.
import { limits } from '../kit/limits.ts'
import { type Memory, type Role, vouchedRole } from '../model/memory.ts'
import { clauseOf } from './clause.ts'
import { isDecision } from './decision-rules.ts'
import { isDone } from './done-rules.ts'
import { isOpen } from './open-rules.ts'
import { foreignFinding } from './other-languages.ts'
import type { Quotation } from './quotation.ts'
import { type Sentence, sentencesOf } from './sentences.ts'
import { isAboutUser, standing } from './standing-rules.ts'

/** standing: to hold from now on · decision: settled · open: left to do · done: finished work */
const statementKinds = ['standing', 'decision', 'open', 'done'] as const
export type StatementKind = (typeof statementKinds)[number]

export interface Finding {
  readonly kind: StatementKind
  /** True when it may be meant for this once only: kept back until it is said again in another session. */
  readonly weak: boolean
  /** True when it is about the user ("call me Sam", "I prefer …"), not about the work. */
  readonly personal: boolean
  /** The writer says that it holds in general or in this place: "from now on", "in this repo". */
  readonly lasting: boolean
}

export interface Statement extends Quotation, Finding {}

/** The statement that `sentence` is when `role` says it; null for everything else. */
export function findingIn(sentence: Sentence, role: Role): Finding | null {
  if (role !== 'user' && role !== 'assistant') return null
  if (sentence.text.length > limits.statementCharsMax || labelOnly.test(sentence.plain)) return null
  const clause = clauseOf(sentence)
  const standingKind = role === 'user' ? standing(clause) : null
  if (standingKind !== null)
    return {
      kind: 'standing',
      weak: standingKind === 'weak',
      personal: isAboutUser(clause),
      lasting: clause.lasting || clause.placed,
    }
  // The items of an assistant's list with bold labels are advice, whatever words they begin with.
  if (role === 'assistant' && adviceLabel.test(sentence.plain)) return null
  if (isDecision(clause, sentence, role)) return storyOf('decision')
  if (isOpen(clause, sentence, role)) return storyOf('open')
  if (isDone(clause, sentence, role)) return storyOf('done')
  const foreign = foreignFinding(sentence, role)
  return foreign === null ? null : { ...storyOf(foreign.kind), personal: foreign.personal }
}

function storyOf(kind: StatementKind): Finding {
  return { kind, weak: false, personal: false, lasting: false }
}

/** "Still open:" announces what follows and says nothing itself. */
const labelOnly = /[:：][\s*_]*$/u
const adviceLabel =
  /^.{0,80}?(?::\*\*|\*\*:)|^\p{Lu}[\w'-]*(?: (?:and|of|the|for|to|in|&|\p{Lu}[\w'-]*)){1,7}:/u

/** Hands out a role, a text to write or a format to keep to: the instructions beside it are about that task. */
const assignsTask =
  /\b(?:(?:act|behave|respond|reply) (?:as|like) (?:a|an|the|my|if)|you are (?:a|an|now|going to be)|you(?:'re| will be| are) (?:acting|playing|given)|i want you to|pretend (?:to|that|you)|role-?play|your (?:task|job|role|goal) is|target (?:persona|audience|keyword|reader)s?|(?:write|generate|create|compose|draft|rewrite) (?:me )?(?:a|an|the|my|this|\d+)|do you understand|my first (?:request|sentence|prompt|question|message) is|the (?:article|essay|blog post|story|poem|prompt|letter|email))\b/iu

/** The statements in a turn, in order, each a verbatim quotation of it. */
export function statementsOf(turn: Memory): Statement[] {
  if (turn.trust === 'tool') return []
  const role = vouchedRole(turn)
  const sentences = sentencesOf(turn.text)
  const reportsProgress =
    sentences.some(({ box }) => box === 'open') && sentences.some(({ box }) => box === 'done')
  const isTask = assignsTask.test(turn.text)
  return sentences
    .filter((sentence) => role !== 'user' || isOwnWording(turn.text, sentence))
    .map((sentence) => (role === 'user' || reportsProgress ? sentence : { ...sentence, box: null }))
    .flatMap((sentence) => {
      const finding = findingIn(sentence, role)
      if (finding === null) return []
      const { start, end, text } = sentence
      const weak =
        finding.weak || waits(finding, { isTask, isLong: turn.text.length > limits.taskPromptCharsMin })
      return [{ ...finding, weak, memoryId: turn.id, start, end, text }]
    })
}

/** An instruction within a task or a long message waits until it is repeated; in a short task, who the user is holds. */
function waits(
  { kind, personal, lasting }: Finding,
  { isTask, isLong }: { isTask: boolean; isLong: boolean },
): boolean {
  return kind === 'standing' && (isLong || (isTask && !personal && !lasting))
}

/** A long message is mostly pasted; what the user says about it stands at its beginning or its end. */
export function isOwnWording(text: string, { start, end }: Sentence): boolean {
  if (text.length <= limits.ownWordingCharsMax) return true
  return end <= limits.ownWordingEdgeChars || start >= text.length - limits.ownWordingEdgeChars
}
