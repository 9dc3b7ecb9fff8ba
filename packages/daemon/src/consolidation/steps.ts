// The two steps of a consolidation as a thread runs them: strings and plain data in, rows for the store out. Pure.
import type { DerivedRow, KeptRow } from '../store/derived.ts'
import type { ClosedSession } from './digest.ts'
import { extractSession } from './extract.ts'
import { type ProjectPlan, planProject } from './plan.ts'
import { extractOf, extractRow } from './rows.ts'

export interface PlanRequest {
  readonly project: string
  /** Rows of the project: its extracts, and everything else that is kept of it. */
  readonly extracts: readonly KeptRow[]
  readonly kept: readonly KeptRow[]
}

export interface ConsolidationSteps {
  extract(closed: ClosedSession): DerivedRow
  plan(request: PlanRequest): ProjectPlan
}

export const consolidationSteps: ConsolidationSteps = {
  extract: (closed) => extractRow(extractSession(closed)),
  plan: ({ project, extracts, kept }) => planProject(project, extracts.map(extractOf), kept),
}
