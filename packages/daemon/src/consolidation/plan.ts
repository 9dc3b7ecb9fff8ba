// Plans a consolidation purely: what is derived already plus the sessions that changed give the rows to put and to
// remove. Planning again after applying gives an empty plan; small steps end where one big step ends.
import { type Contradiction, contradictionsAmong } from './contradictions.ts'
import type { Derived, SessionExtract } from './derived.ts'
import { sessionKey } from './derived.ts'
import type { ClosedSession } from './digest.ts'
import { extractSession, fingerprintOf } from './extract.ts'
import { type CandidateFact, factsOf, type Reliance } from './facts.ts'
import { placeOf } from './quotation.ts'
import { type OpenThread, openThreadsOf } from './threads.ts'

export interface Changes {
  /** Sessions that closed, or whose turns changed since they were last looked at, with all turns that hold. */
  readonly closed: readonly ClosedSession[]
  /** Keys of sessions that are no longer there, or that are open again. */
  readonly gone: readonly string[]
  /** Pins and use of the memories that facts were taken from, by memory id. */
  readonly reliance: ReadonlyMap<string, Reliance>
}

export interface RowChanges<Row> {
  readonly put: readonly (readonly [id: string, row: Row])[]
  readonly remove: readonly string[]
}

export interface ConsolidationPlan {
  readonly extracts: RowChanges<SessionExtract>
  readonly facts: RowChanges<CandidateFact>
  readonly contradictions: RowChanges<Contradiction>
  readonly threads: RowChanges<OpenThread>
}

/** `known` must hold everything derived of every project that `changes` touch. */
export function planConsolidation(known: Derived, changes: Changes): ConsolidationPlan {
  const extracts = extractChanges(known, changes)
  const after = applyRows(known.extracts, extracts)
  const facts = new Map<string, CandidateFact>()
  const contradictions = new Map<string, Contradiction>()
  const threads = new Map<string, OpenThread>()
  for (const [project, inProject] of Map.groupBy(after.values(), (extract) => extract.project)) {
    const found = contradictionsAmong(inProject.flatMap((extract) => extract.assertions))
    for (const each of found) contradictions.set(`${placeOf(each.older)} ${placeOf(each.newer)}`, each)
    const stated = inProject.flatMap((extract) => extract.facts)
    for (const fact of factsOf(project, stated, found, changes.reliance)) facts.set(fact.id, fact)
    const left = inProject.flatMap((extract) => extract.left)
    const finished = inProject.flatMap((extract) => extract.finished)
    for (const thread of openThreadsOf(project, left, finished)) threads.set(placeOf(thread), thread)
  }
  return {
    extracts,
    facts: rowChanges(known.facts, facts),
    contradictions: rowChanges(known.contradictions, contradictions),
    threads: rowChanges(known.threads, threads),
  }
}

/** What is derived once `plan` is applied; a store does the same with rows, in one transaction. */
export function applyPlan(known: Derived, plan: ConsolidationPlan): Derived {
  return {
    extracts: applyRows(known.extracts, plan.extracts),
    facts: applyRows(known.facts, plan.facts),
    contradictions: applyRows(known.contradictions, plan.contradictions),
    threads: applyRows(known.threads, plan.threads),
  }
}

export function isEmptyPlan(plan: ConsolidationPlan): boolean {
  return Object.values(plan).every(({ put, remove }) => put.length + remove.length === 0)
}

function extractChanges(known: Derived, { closed, gone }: Changes): RowChanges<SessionExtract> {
  const put: [string, SessionExtract][] = []
  for (const session of closed) {
    const key = sessionKey(session.session)
    if (known.extracts.get(key)?.fingerprint !== fingerprintOf(session))
      put.push([key, extractSession(session)])
  }
  return { put, remove: gone.filter((key) => known.extracts.has(key)) }
}

function applyRows<Row>(rows: ReadonlyMap<string, Row>, { put, remove }: RowChanges<Row>): Map<string, Row> {
  const after = new Map(rows)
  for (const id of remove) after.delete(id)
  for (const [id, row] of put) after.set(id, row)
  return after
}

/** Rows are plain data made in one way, so equal rows have equal JSON. */
function rowChanges<Row>(before: ReadonlyMap<string, Row>, after: ReadonlyMap<string, Row>): RowChanges<Row> {
  const put = [...after].filter(([id, row]) => {
    const known = before.get(id)
    return known === undefined || JSON.stringify(known) !== JSON.stringify(row)
  })
  return { put, remove: [...before.keys()].filter((id) => !after.has(id)) }
}
