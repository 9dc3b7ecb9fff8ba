// Writes what is derived, erases what quotes a memory that goes, and notes what has to be derived again.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { DerivedKey, DerivedKind, DerivedRow, DerivedStep } from '../derived.ts'
import { type Change, touchStanding } from './change.ts'
import { derivedKindCodec, type StringColumn, toColumn, toIdColumn } from './columns.ts'
import { type CounterName, createCounterReading, createCounterSetting } from './counters.ts'
import * as sql from './derived-sql.ts'
import { projectByKey } from './project-sql.ts'
import { addToCounter } from './sql.ts'

type KeyColumns = { readonly kind: number; readonly id: StringColumn }
type Found = { readonly seq: number; readonly project: number }

interface ResolvedRow {
  readonly key: DerivedKey
  readonly columns: RowColumns
  /** row numbers of the memories it quotes */
  readonly sources: readonly number[]
}

interface RowColumns {
  readonly project: number
  readonly session: number | null
  readonly rank: number | null
  readonly body: string
}

/** Erases the rows that quote a memory (by row number), before it is forgotten or superseded. */
export type DerivedErasing = (change: Change, memory: number) => void

export function createDerivedErasing(db: Database): DerivedErasing {
  const quoting = db.prepare<{ memory: number }, Found>(sql.derivedOfMemory)
  const remove = db.prepare<{ seq: number }>(sql.deleteDerived)
  return (change, memory) => {
    for (const { seq, project } of quoting.all({ memory })) {
      remove.run({ seq })
      change.touchedProjects.add(project)
    }
  }
}

/** Notes the sessions and projects that a change leaves to be derived again; after session rows are written. */
export function createMarkWriting(db: Database): (change: Change) => void {
  const countChange = db.prepare<{ name: CounterName; by: number }>(addToCounter)
  const counter = createCounterReading(db)
  const isListed = db.prepare<{ seq: number }>(sql.sessionIsListed)
  const markSession = db.prepare<{ session: number; change: number }>(sql.markSession)
  const markProject = db.prepare<{ project: number; change: number }>(sql.markProject)

  return ({ grownSessions, rederivedSessions, touchedSessions, touchedProjects }) => {
    const sessions = new Set([...grownSessions.keys(), ...rederivedSessions, ...touchedSessions])
    if (sessions.size + touchedProjects.size === 0) return
    countChange.run({ name: 'changes', by: 1 })
    const change = counter('changes')
    for (const session of sessions) {
      if (isListed.get({ seq: session }) !== undefined) markSession.run({ session, change })
    }
    for (const project of touchedProjects) markProject.run({ project, change })
  }
}

/** The kinds of rows that those of a project follow from. */
function isDerivedFrom(kind: DerivedKind): boolean {
  return kind === 'extract' || kind === 'dismissal'
}

export interface DerivedWriting {
  /** As DerivedStore.applyDerived; `session` is the row number of the step's session, null when it is gone. */
  apply(change: Change, step: DerivedStep, session: number | null): boolean
  deriveAnew(change: Change, rulesVersion: number): boolean
}

export function createDerivedWriting(db: Database): DerivedWriting {
  const projectRow = db.prepare<{ key: StringColumn }, { seq: number }>(projectByKey)
  const find = db.prepare<KeyColumns, Found>(sql.derivedSeq)
  const insert = db.prepare<KeyColumns & RowColumns>(sql.insertDerived)
  const update = db.prepare<RowColumns & { seq: number }>(sql.updateDerived)
  const remove = db.prepare<{ seq: number }>(sql.deleteDerived)
  const currentMemory = db.prepare<{ id: StringColumn }, { seq: number }>(sql.currentMemorySeq)
  const insertSource = db.prepare<{ memory: number; derived: number }>(sql.insertSource)
  const deleteSources = db.prepare<{ derived: number }>(sql.deleteSources)
  const unmarkSession = db.prepare<{ session: number; change: number }>(sql.unmarkSession)
  const unmarkProject = db.prepare<{ project: number; change: number }>(sql.unmarkProject)
  const deleteAll = db.prepare<{ kept: number }>(sql.deleteAllDerived)
  const unmarkProjects = db.prepare(sql.unmarkEveryProject)
  const markSessions = db.prepare<{ change: number }>(sql.markEverySession)
  const counter = createCounterReading(db)
  const setCounter = createCounterSetting(db)

  const columnsOf = ({ kind, id }: DerivedKey): KeyColumns => ({
    kind: derivedKindCodec.codes[kind],
    id: toColumn(id),
  })

  const projectSeq = (key: string): number | null => projectRow.get({ key: toColumn(key) })?.seq ?? null

  /** The row with what it refers to; null when any of that is gone. */
  function resolve(row: DerivedRow, session: number | null): ResolvedRow | null {
    const project = projectSeq(row.project)
    const sources = [...new Set(row.sources)].map((id) => currentMemory.get({ id: toIdColumn(id) })?.seq)
    if (project === null || !sources.every((seq) => seq !== undefined)) return null
    const { rank, body, kind } = row
    return {
      key: row,
      sources,
      columns: { project, session: kind === 'extract' ? session : null, rank, body },
    }
  }

  function removeRow(change: Change, key: DerivedKey): void {
    const known = find.get(columnsOf(key))
    if (known === undefined) return
    remove.run({ seq: known.seq })
    if (isDerivedFrom(key.kind)) change.touchedProjects.add(known.project)
  }

  function putRow(change: Change, { key, columns, sources }: ResolvedRow): void {
    const known = find.get(columnsOf(key))
    if (known !== undefined) {
      update.run({ seq: known.seq, ...columns })
      deleteSources.run({ derived: known.seq })
    }
    const derived = known?.seq ?? Number(insert.run({ ...columnsOf(key), ...columns }).lastInsertRowid)
    for (const memory of sources) insertSource.run({ memory, derived })
    if (!isDerivedFrom(key.kind)) return
    change.touchedProjects.add(columns.project)
    if (known !== undefined) change.touchedProjects.add(known.project)
  }

  function unmark({ session, project }: DerivedStep, sessionSeq: number | null): void {
    if (session !== undefined && sessionSeq !== null) {
      unmarkSession.run({ session: sessionSeq, change: session.change })
    }
    const projectToUnmark = project === undefined ? null : projectSeq(project.project)
    if (project !== undefined && projectToUnmark !== null) {
      unmarkProject.run({ project: projectToUnmark, change: project.change })
    }
  }

  return {
    apply(change, step, session) {
      const rows = step.put.map((row) => resolve(row, session))
      if ((step.session !== undefined && session === null) || !rows.every((row) => row !== null)) return false
      for (const key of step.remove) removeRow(change, key)
      for (const row of rows) putRow(change, row)
      unmark(step, session)
      if (step.standing) touchStanding(change)
      return true
    },
    deriveAnew(change, rulesVersion) {
      if (counter('rules_version') === rulesVersion) return false
      deleteAll.run({ kept: derivedKindCodec.codes.dismissal })
      unmarkProjects.run()
      markSessions.run({ change: counter('changes') })
      setCounter('rules_version', rulesVersion)
      touchStanding(change)
      return true
    },
  }
}
