// Candidate facts: standing instructions and decisions, each traced to every time it was said. What was said once is a
// candidate and shown as one; repetition in another session, a pin or use confirms it. Pure, independent of order.
import { contentTerms } from './content-terms.ts'
import type { Contradiction } from './contradictions.ts'
import { compareTexts, placeOf, type Quotation } from './quotation.ts'

/** heard: may have been meant for once, not shown · candidate: shown as said once · confirmed: shown as settled */
export const factStates = ['heard', 'candidate', 'confirmed'] as const
export type FactState = (typeof factStates)[number]
export type Confirmation = 'repetition' | 'pin' | 'use'

/** One time that it was said. */
export interface FactSource extends Quotation {
  /** Key of the session (sessionKey). */
  readonly session: string
  readonly saidAt: number
  readonly weak: boolean
}

export interface CandidateFact {
  /** Stable: the place of its first source. */
  readonly id: string
  readonly project: string
  readonly kind: 'standing' | 'decision'
  /** What it says, folded; the same statement in other words has the same key. */
  readonly key: string
  readonly state: FactState
  readonly confirmedBy: Confirmation | null
  /** Every time it was said, oldest first; the last is the wording that is shown. */
  readonly sources: readonly [FactSource, ...FactSource[]]
  /** The quotation that replaced it, in words; null while it holds. */
  readonly supersededBy: Quotation | null
}

/** A statement on its way to becoming a fact. */
export interface FactStatement extends FactSource {
  readonly kind: 'standing' | 'decision'
  readonly key: string
}

/** How much a memory is relied on, for confirming what was taken from it. */
export interface Reliance {
  readonly pinned: boolean
  readonly reinforced: number
}

const negation = /\b(?:never|not|no|don't|dont|won't|avoid|stop|without|can't|cannot|hate|dislike)\b/iu

/** Two statements with one key say the same: same subject terms, same numbers, both for or both against. */
export function factKey(kind: FactStatement['kind'], text: string): string {
  const straight = text.replace(/[’ʼ]/gu, "'")
  const terms = contentTerms(straight).sort()
  return `${kind} ${negation.test(straight) ? 'against' : 'for'} ${terms.join(' ')}`
}

/** The facts of one project from everything said in it, ordered by id. */
export function factsOf(
  project: string,
  statements: readonly FactStatement[],
  contradictions: readonly Contradiction[],
  reliance: ReadonlyMap<string, Reliance>,
): CandidateFact[] {
  const replaced = new Map(
    contradictions.filter((each) => each.explicit).map((each) => [placeOf(each.older), each.newer]),
  )
  const groups = Map.groupBy(statements, (statement) => statement.key)
  return [...groups.values()]
    .flatMap((group) => {
      const sources = [...group].sort((a, b) => a.saidAt - b.saidAt || compareTexts(placeOf(a), placeOf(b)))
      const [first, ...later] = sources
      return first === undefined ? [] : [factFrom(project, [first, ...later], replaced, reliance)]
    })
    .sort((a, b) => compareTexts(a.id, b.id))
}

function factFrom(
  project: string,
  statements: readonly [FactStatement, ...FactStatement[]],
  replaced: ReadonlyMap<string, Quotation>,
  reliance: ReadonlyMap<string, Reliance>,
): CandidateFact {
  const [first, ...later] = statements
  const last = later.at(-1) ?? first
  const confirmedBy = confirmationOf(statements, reliance)
  const isHeardOnly = confirmedBy === null && statements.every((statement) => statement.weak)
  return {
    id: placeOf(first),
    project,
    kind: first.kind,
    key: first.key,
    state: confirmedBy !== null ? 'confirmed' : isHeardOnly ? 'heard' : 'candidate',
    confirmedBy,
    sources: [sourceOf(first), ...later.map(sourceOf)],
    // Only the last wording counts: saying it again after it was replaced makes it hold again.
    supersededBy: replaced.get(placeOf(last)) ?? null,
  }
}

function confirmationOf(
  statements: readonly FactStatement[],
  reliance: ReadonlyMap<string, Reliance>,
): Confirmation | null {
  const relied = statements.flatMap((statement) => reliance.get(statement.memoryId) ?? [])
  if (relied.some(({ pinned }) => pinned)) return 'pin'
  if (new Set(statements.map(({ session }) => session)).size > 1) return 'repetition'
  return relied.some(({ reinforced }) => reinforced > 0) ? 'use' : null
}

function sourceOf({ memoryId, start, end, session, saidAt, weak }: FactStatement): FactSource {
  return { memoryId, start, end, session, saidAt, weak }
}
