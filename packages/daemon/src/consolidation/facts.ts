// Candidate facts: standing instructions and decisions, each traced to the times it was said. What was said once is a
// candidate and shown as one; repetition in another session, a pin or use confirms it. Pure, independent of order.
import { limits } from '../kit/limits.ts'
import { contentTerms } from './content-terms.ts'
import type { Contradiction } from './contradictions.ts'
import { compareTexts, type Place, placeOf, type Saying, sayingOf } from './quotation.ts'

/** heard: may have been meant for once, not shown · candidate: shown as said once · confirmed: shown as settled */
const factStates = ['heard', 'candidate', 'confirmed'] as const
export type FactState = (typeof factStates)[number]
export type Confirmation = 'repetition' | 'pin' | 'use'

export interface CandidateFact {
  /** Stable: the place of its first source. */
  readonly id: string
  readonly project: string
  readonly kind: 'standing' | 'decision'
  /** About the user rather than the work. */
  readonly personal: boolean
  /** What it says, folded; the same statement in other words has the same key. */
  readonly key: string
  readonly state: FactState
  readonly confirmedBy: Confirmation | null
  /** Its last wording, which is the one that is shown. */
  readonly said: Saying
  /** How often the user said it; of what only an assistant said, once, however often it did. */
  readonly times: number
  /** Where it was said, oldest first; of many times the first and the latest ones. */
  readonly sources: readonly Place[]
  /** What replaced it, in words; null while it holds. */
  readonly supersededBy: Saying | null
}

/** A statement on its way to becoming a fact. */
export interface FactStatement extends Saying {
  readonly kind: 'standing' | 'decision'
  readonly personal: boolean
  readonly weak: boolean
  readonly key: string
  /** Key of the session (sessionKey). */
  readonly session: string
  /** The turn it stands in was pinned by the user, or relied on. */
  readonly relied: 'pin' | 'use' | null
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
): CandidateFact[] {
  const replaced = new Map(
    contradictions.filter((each) => each.explicit).map((each) => [placeOf(each.older), each.newer]),
  )
  const groups = Map.groupBy(statements, (statement) => statement.key)
  return [...groups.values()]
    .flatMap((group) => {
      const sources = [...group].sort((a, b) => a.saidAt - b.saidAt || compareTexts(placeOf(a), placeOf(b)))
      const [first, ...later] = sources
      return first === undefined ? [] : [factFrom(project, [first, ...later], replaced)]
    })
    .sort((a, b) => compareTexts(a.id, b.id))
}

function factFrom(
  project: string,
  statements: readonly [FactStatement, ...FactStatement[]],
  replaced: ReadonlyMap<string, Saying>,
): CandidateFact {
  const [first, ...later] = statements
  const last = later.at(-1) ?? first
  const confirmedBy = confirmationOf(statements)
  const isHeardOnly = confirmedBy === null && statements.every((statement) => statement.weak)
  return {
    id: placeOf(first),
    project,
    kind: first.kind,
    personal: last.personal,
    key: first.key,
    state: confirmedBy !== null ? 'confirmed' : isHeardOnly ? 'heard' : 'candidate',
    confirmedBy,
    said: sayingOf(last),
    times: Math.max(1, vouchedAmong(statements).length),
    sources: [first, ...later.slice(-(limits.factSourcesMax - 1))].map(sourceOf),
    // Only the last wording counts: saying it again after it was replaced makes it hold again.
    supersededBy: replaced.get(placeOf(last)) ?? null,
  }
}

function confirmationOf(statements: readonly FactStatement[]): Confirmation | null {
  if (statements.some(({ relied }) => relied === 'pin')) return 'pin'
  if (new Set(vouchedAmong(statements).map(({ session }) => session)).size > 1) return 'repetition'
  return statements.some(({ relied }) => relied === 'use') ? 'use' : null
}

/** Repeating itself, an assistant confirms nothing. */
function vouchedAmong(statements: readonly FactStatement[]): readonly FactStatement[] {
  return statements.filter(({ role }) => role === 'user')
}

function sourceOf({ memoryId, start, end }: Place): Place {
  return { memoryId, start, end }
}
