// Projects: a row each, made when first named or first captured into. Finds the one that is meant by a key, also when it
// was merged into another or its folder goes by another key now.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { type FoundProject, type KnownProject, mayBecome, type Project } from '../../model/project.ts'
import { fromColumn, type StringColumn, toColumn, toColumnOrNull } from './columns.ts'
import * as sql from './project-sql.ts'

interface ProjectColumns {
  readonly key: StringColumn
  readonly name: StringColumn
  readonly reason: StringColumn
  readonly folder: StringColumn | null
}

interface ProjectRow extends ProjectColumns {
  readonly seq: number
  readonly merged_into: number | null
}

export interface ProjectRows {
  /** Row number of the project that is meant by a key; one that nobody has described yet goes by its key. */
  ensure(key: string): number
  /** The key of the project that is meant by `key`. */
  keyOf(key: string): string
  /** Describes a project; `moved` has been given another key, and went by `before` till now. */
  put(project: Project): { readonly moved: { readonly project: number; readonly before: string } | null }
  rename(key: string, name: string): boolean
}

/** Whether the project of this row number is 'global'. */
export function createIsGlobal(db: Database): (seq: number) => boolean {
  const isGlobal = db.prepare<{ seq: number }>(sql.isGlobalProject)
  return (seq) => isGlobal.get({ seq }) !== undefined
}

type KeyFinding = (key: string) => string

/** The key of the one that was merged with `key`, else `key`. */
function createKeyFinding(db: Database): KeyFinding {
  const byKey = db.prepare<{ key: StringColumn }, { seq: number }>(sql.projectByKey)
  const keyOf = db.prepare<{ seq: number }, { key: StringColumn }>(sql.projectKeyOf)
  return (key) => {
    const meant = byKey.get({ key: toColumn(key) })
    const found = meant === undefined ? undefined : keyOf.get(meant)
    return found === undefined ? key : fromColumn(found.key)
  }
}

/** The project that goes by another key now. */
function createFolderFinding(db: Database): (project: FoundProject) => { seq: number; key: string } | null {
  const ofFolder = db.prepare<{ folder: StringColumn }, { seq: number; key: StringColumn }>(
    sql.projectsOfFolder,
  )
  return ({ key, folder }) => {
    if (folder === undefined) return null
    const found = ofFolder
      .all({ folder: toColumn(folder) })
      .map((row) => ({ seq: row.seq, key: fromColumn(row.key) }))
    return found.find((row) => mayBecome(row.key, key)) ?? null
  }
}

export function createProjectRows(db: Database): ProjectRows {
  const byKey = db.prepare<{ key: StringColumn }, { seq: number }>(sql.projectByKey)
  const row = db.prepare<{ key: StringColumn }, ProjectRow>(sql.projectRow)
  const insert = db.prepare<ProjectColumns>(sql.insertProject)
  const update = db.prepare<Omit<ProjectColumns, 'key'> & { seq: number }>(sql.updateProject)
  const setKey = db.prepare<{ seq: number; key: StringColumn }>(sql.setProjectKey)
  const setName = db.prepare<{ seq: number; name: StringColumn }>(sql.nameProject)
  const foundBefore = createFolderFinding(db)

  return {
    ensure(key) {
      const known = byKey.get({ key: toColumn(key) })
      if (known !== undefined) return known.seq
      const made = insert.run({ key: toColumn(key), name: toColumn(key), reason: '', folder: null })
      return Number(made.lastInsertRowid)
    },
    keyOf: createKeyFinding(db),
    put(project) {
      const key = toColumn(project.key)
      const columns = {
        name: toColumn(project.name),
        reason: toColumn(project.reason),
        folder: toColumnOrNull(project.folder ?? null),
      }
      const known = row.get({ key })
      const before = known === undefined ? foundBefore(project) : null
      if (before !== null) setKey.run({ seq: before.seq, key })
      const seq = known?.seq ?? before?.seq
      if (seq === undefined) insert.run({ key, ...columns })
      else update.run({ seq, ...columns })
      return { moved: before === null ? null : { project: before.seq, before: before.key } }
    },
    rename(key, name) {
      const known = byKey.get({ key: toColumn(key) })
      if (known !== undefined) setName.run({ seq: known.seq, name: toColumn(name) })
      return known !== undefined
    },
  }
}

interface SummaryRow {
  readonly seq: number
  readonly key: StringColumn
  readonly name: StringColumn
  readonly reason: StringColumn
  readonly sessions: number
  readonly turns: number
  readonly facts: number
  readonly last_at: number | null
}

export interface ProjectReading {
  projects(): readonly KnownProject[]
  projectKey(project: FoundProject): string
}

export function createProjectReading(db: Database): ProjectReading {
  const all = db.prepare<[], SummaryRow>(sql.allProjects)
  const merged = db.prepare<[], { key: StringColumn; merged_into: number }>(sql.mergedProjects)
  const row = db.prepare<{ key: StringColumn }, ProjectRow>(sql.projectRow)
  const keyOf = createKeyFinding(db)
  const foundBefore = createFolderFinding(db)
  const latestOf = db.prepare<{ folder: StringColumn }, { key: StringColumn }>(sql.latestOfFolder)
  return {
    projects() {
      const parts = Map.groupBy(merged.all(), (part) => part.merged_into)
      return all.all().map(({ seq, key, name, reason, last_at: lastAt, ...counts }) => ({
        key: fromColumn(key),
        name: fromColumn(name),
        reason: fromColumn(reason),
        merged: (parts.get(seq) ?? []).map((part) => fromColumn(part.key)),
        sessions: counts.sessions,
        turns: counts.turns,
        facts: counts.facts,
        lastAt,
      }))
    },
    projectKey(project) {
      const { folder, isGuess } = project
      const latest = isGuess && folder !== undefined ? latestOf.get({ folder: toColumn(folder) }) : undefined
      if (latest !== undefined) return fromColumn(latest.key)
      if (row.get({ key: toColumn(project.key) }) !== undefined) return keyOf(project.key)
      return foundBefore(project)?.key ?? project.key
    },
  }
}
