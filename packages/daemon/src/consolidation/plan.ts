// Plans purely what follows from the extracts of a project: the rows to put and to remove, given those that are kept
// already. Planning again after applying gives an empty plan; extracts that came one by one end where all at once end.
import type { DerivedKey, DerivedRow, KeptRow } from '../store/derived.ts'
import { contradictionsAmong } from './contradictions.ts'
import type { ProjectDerived, SessionExtract } from './derived.ts'
import { factsOf } from './facts.ts'
import { contradictionOf, factOf, isAgentsProposal, pairOf, projectRows } from './rows.ts'
import { openThreadsOf } from './threads.ts'

export interface ProjectPlan {
  readonly put: readonly DerivedRow[]
  readonly remove: readonly DerivedKey[]
  /** Something that is shown as holding begins or ceases to hold, or is confirmed. */
  readonly standing: boolean
}

/**
 * `kept` is every row of the project but its extracts. What the user dismissed is kept, and not proposed again; so is
 * what an agent proposes.
 */
export function planProject(
  project: string,
  extracts: readonly SessionExtract[],
  kept: readonly KeptRow[],
): ProjectPlan {
  const keyOf = ({ kind, id }: DerivedKey): string => `${kind} ${id}`
  const before = new Map(kept.map((row) => [keyOf(row), row]))
  const dismissed = new Set(kept.filter(({ kind }) => kind === 'dismissal').map(({ id }) => id))
  const derived = projectRows(project, deriveProject(project, extracts)).filter(
    (row) => row.kind !== 'proposal' || !dismissed.has(pairOf(contradictionOf(row))),
  )
  const after = new Set(derived.map(keyOf))
  const put = derived.filter((row) => !isSameRow(before.get(keyOf(row)), row))
  const removed = kept.filter(
    (row) => row.kind !== 'dismissal' && !isAgentsProposal(row) && !after.has(keyOf(row)),
  )
  return {
    put,
    remove: removed.map(({ kind, id }) => ({ kind, id })),
    standing:
      put.some((row) => frontOf(row) !== frontOf(before.get(keyOf(row)))) ||
      removed.some((row) => frontOf(row) !== null),
  }
}

export function deriveProject(project: string, extracts: readonly SessionExtract[]): ProjectDerived {
  const contradictions = contradictionsAmong(extracts.flatMap((extract) => extract.assertions))
  return {
    contradictions,
    facts: factsOf(
      project,
      extracts.flatMap((extract) => extract.facts),
      contradictions,
    ),
    threads: openThreadsOf(
      project,
      extracts.flatMap((extract) => extract.left),
      extracts.flatMap((extract) => extract.finished),
    ),
  }
}

/** Rows are made in one way, so equal rows have equal bodies; sources and rank follow from the body. */
function isSameRow(before: KeptRow | undefined, after: DerivedRow): boolean {
  return before?.body === after.body
}

/** What a fact that is shown says to a session; saying it once more does not change it. */
function frontOf(row: KeptRow | undefined): string | null {
  if (row === undefined || row.kind !== 'fact' || row.rank === null) return null
  const { state, key } = factOf(row)
  return `${state} ${key}`
}
