// What is derived, in the plain store: rows and marks in maps, told by the store what happened to memories.
import { type Session, sessionKey } from '../../model/session.ts'
import type { DerivedKey, DerivedQuery, DerivedRow, DerivedStep, DerivedStore, KeptRow } from '../derived.ts'

export interface MemoryDerivedParts {
  sessions(): readonly Session[]
  isCurrent(memoryId: string): boolean
  isProject(key: string): boolean
  touchStanding(): void
}

export interface MemoryDerived {
  readonly reading: Pick<
    DerivedStore,
    'changedSessions' | 'changedProjects' | 'derived' | 'derivedRows' | 'derivedQuoting'
  >
  apply(step: DerivedStep): boolean
  deriveAnew(rulesVersion: number): boolean
  /** Something that is derived from changed in a session. */
  touchSession(key: string): void
  touchProject(project: string): void
  /** Drops the extracts and marks of sessions that are gone. */
  dropSessionless(): void
  /** Erases every row that quotes the memory. */
  erase(memoryId: string): void
  /** Returns what brings the present state back. */
  save(): () => void
}

export function createMemoryDerived({
  sessions,
  isCurrent,
  isProject,
  touchStanding,
}: MemoryDerivedParts): MemoryDerived {
  let rows: readonly DerivedRow[] = []
  let changedSessions: ReadonlyMap<string, number> = new Map()
  let changedProjects: ReadonlyMap<string, number> = new Map()
  let rulesVersion = 0
  let changes = 0

  const isSame = (a: DerivedKey, b: DerivedKey): boolean => a.kind === b.kind && a.id === b.id

  function touchProject(project: string): void {
    changes += 1
    changedProjects = new Map(changedProjects).set(project, changes)
  }

  function drop(key: DerivedKey): void {
    const known = rows.find((row) => isSame(row, key))
    if (known?.kind === 'extract') touchProject(known.project)
    rows = rows.filter((row) => row !== known)
  }

  /** What goes with a session goes when the session has. */
  function dropSessionless(): void {
    const keys = new Set(sessions().map(sessionKey))
    rows = rows.filter((row) => row.kind !== 'extract' || keys.has(row.id))
    changedSessions = new Map([...changedSessions].filter(([key]) => keys.has(key)))
  }

  return {
    reading: {
      changedSessions: async ({ silentSince, project, limit }) =>
        sessions()
          .filter((session) => session.closedAt !== null || session.lastAt < silentSince)
          .filter((session) => project === undefined || session.project === project)
          .flatMap((session) => {
            const change = changedSessions.get(sessionKey(session))
            return change === undefined ? [] : [{ session, change }]
          })
          .toSorted((a, b) => a.session.lastAt - b.session.lastAt)
          .toReversed()
          .slice(0, limit),
      changedProjects: async (limit) =>
        [...changedProjects]
          .map(([project, change]) => ({ project, change }))
          .sort((a, b) => a.change - b.change)
          .slice(0, limit),
      derived: async (query) => listRows(rows, query),
      derivedRows: async (keys) => keys.flatMap((key) => rows.filter((row) => isSame(row, key)).map(keptRow)),
      derivedQuoting: async ({ kinds, memories }) =>
        kinds.flatMap((kind) =>
          rows
            .filter((row) => row.kind === kind && row.sources.some((id) => memories.includes(id)))
            .toSorted((a, b) => (a.id < b.id ? -1 : 1))
            .map(keptRow),
        ),
    },
    apply(step) {
      const isGone =
        step.session !== undefined &&
        !sessions().some((session) => sessionKey(session) === sessionKey(step.session?.session ?? session))
      if (isGone || !step.put.every((row) => isProject(row.project) && row.sources.every(isCurrent)))
        return false
      for (const key of [...step.remove, ...step.put]) drop(key)
      rows = [...rows, ...step.put]
      for (const row of step.put) if (row.kind === 'extract') touchProject(row.project)
      if (step.session !== undefined) {
        changedSessions = without(changedSessions, sessionKey(step.session.session), step.session.change)
      }
      if (step.project !== undefined) {
        changedProjects = without(changedProjects, step.project.project, step.project.change)
      }
      if (step.standing) touchStanding()
      return true
    },
    deriveAnew(version) {
      if (version === rulesVersion) return false
      rulesVersion = version
      rows = []
      changedProjects = new Map()
      changedSessions = new Map(sessions().map((session) => [sessionKey(session), changes]))
      touchStanding()
      return true
    },
    touchSession(key) {
      changes += 1
      changedSessions = new Map(changedSessions).set(key, changes)
    },
    touchProject,
    dropSessionless,
    erase(memoryId) {
      for (const row of rows) if (row.sources.includes(memoryId)) touchProject(row.project)
      rows = rows.filter((row) => !row.sources.includes(memoryId))
    },
    save() {
      const before = { rows, changedSessions, changedProjects, rulesVersion, changes }
      return () => ({ rows, changedSessions, changedProjects, rulesVersion, changes } = before)
    },
  }
}

function without(marks: ReadonlyMap<string, number>, key: string, change: number): Map<string, number> {
  return new Map([...marks].filter(([name, at]) => name !== key || at !== change))
}

function listRows(rows: readonly DerivedRow[], query: DerivedQuery): readonly KeptRow[] {
  const { kind, project, limit, unranked, after } = query
  return rows
    .filter((row) => row.kind === kind && row.project === project)
    .filter((row) => unranked === true || row.rank !== null)
    .filter((row) => after === undefined || compareRows(row, after) > 0)
    .toSorted(compareRows)
    .slice(0, limit)
    .map(keptRow)
}

/** Higher ranks first, no rank last, equals by id. */
function compareRows(a: Pick<KeptRow, 'rank' | 'id'>, b: Pick<KeptRow, 'rank' | 'id'>): number {
  const [rankA, rankB] = [a.rank ?? Number.NEGATIVE_INFINITY, b.rank ?? Number.NEGATIVE_INFINITY]
  if (rankA !== rankB) return rankA > rankB ? -1 : 1
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

function keptRow({ sources: _, ...row }: DerivedRow): KeptRow {
  return row
}
