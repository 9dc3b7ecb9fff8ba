// Names the kind of statement a sentence is, by rules alone: the same sentence always gets the same answer, and what is
// kept of it is a quotation, never a rewording. What a tool said, and what a user pasted, states nothing.
import { limits } from '../kit/limits.ts'
import type { Memory, Role } from '../model/memory.ts'
import { clauseOf } from './clause.ts'
import type { Quotation } from './quotation.ts'
import { type Sentence, sentencesOf } from './sentences.ts'
import { isDecision, isDone, isOpen } from './session-rules.ts'
import { standing } from './standing-rules.ts'

/** standing: to hold from now on · decision: settled · open: left to do · done: finished work */
export const statementKinds = ['standing', 'decision', 'open', 'done'] as const
export type StatementKind = (typeof statementKinds)[number]

export interface Finding {
  readonly kind: StatementKind
  /** True when it may be meant for this once only: kept back until it is said again in another session. */
  readonly weak: boolean
}

export interface Statement extends Quotation, Finding {}

/** The statement that `sentence` is when `role` says it; null for everything else. */
export function findingIn(sentence: Sentence, role: Role): Finding | null {
  if (role !== 'user' && role !== 'assistant') return null
  if (sentence.text.length > limits.statementCharsMax || labelOnly.test(sentence.plain)) return null
  const clause = clauseOf(sentence)
  const standingKind = role === 'user' ? standing(clause) : null
  if (standingKind !== null) return { kind: 'standing', weak: standingKind === 'weak' }
  // The items of an assistant's list with bold labels are advice, whatever words they begin with.
  if (role === 'assistant' && adviceLabel.test(sentence.plain)) return null
  if (isDecision(clause, sentence, role)) return { kind: 'decision', weak: false }
  if (isOpen(clause, sentence, role)) return { kind: 'open', weak: false }
  if (isDone(clause, sentence, role)) return { kind: 'done', weak: false }
  return null
}

/** "Still open:" announces what follows and says nothing itself. */
const labelOnly = /[:：][\s*_]*$/u
const adviceLabel =
  /^.{0,80}?(?::\*\*|\*\*:)|^\p{Lu}[\w'-]*(?: (?:and|of|the|for|to|in|&|\p{Lu}[\w'-]*)){1,7}:/u

/** The statements in a turn, in order, each a verbatim quotation of it. */
export function statementsOf(turn: Memory): Statement[] {
  if (turn.trust === 'tool') return []
  const sentences = sentencesOf(turn.text)
  const reportsProgress =
    sentences.some(({ box }) => box === 'open') && sentences.some(({ box }) => box === 'done')
  return sentences
    .filter((sentence) => turn.role !== 'user' || isOwnWording(turn.text, sentence))
    .map((sentence) => (turn.role === 'user' || reportsProgress ? sentence : { ...sentence, box: null }))
    .flatMap((sentence) => {
      const finding = findingIn(sentence, turn.role)
      if (finding === null) return []
      const weak =
        finding.weak || (finding.kind === 'standing' && turn.text.length > limits.taskPromptCharsMin)
      return [{ kind: finding.kind, weak, memoryId: turn.id, start: sentence.start, end: sentence.end }]
    })
}

/** A long message is mostly pasted; what the user says about it stands at its beginning or its end. */
export function isOwnWording(text: string, { start, end }: Sentence): boolean {
  if (text.length <= limits.ownWordingCharsMax) return true
  return end <= limits.ownWordingEdgeChars || start >= text.length - limits.ownWordingEdgeChars
}
