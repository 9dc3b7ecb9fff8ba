// Projects: a row each, made when first named or first captured into.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Project } from '../../model/project.ts'
import { fromColumn, type StringColumn, toColumn } from './columns.ts'
import * as sql from './sql.ts'

interface ProjectColumns {
  readonly key: StringColumn
  readonly name: StringColumn
  readonly reason: StringColumn
}

export interface ProjectRows {
  /** Row number of a project; one that nobody has described yet goes by its key. */
  ensure(key: string): number
  put(project: Project): void
}

export function createProjectRows(db: Database): ProjectRows {
  const byKey = db.prepare<{ key: StringColumn }, { seq: number; name: StringColumn; reason: StringColumn }>(
    sql.projectByKey,
  )
  const insert = db.prepare<ProjectColumns>(sql.insertProject)
  const update = db.prepare<Omit<ProjectColumns, 'key'> & { seq: number }>(sql.updateProject)

  return {
    ensure(key) {
      const known = byKey.get({ key: toColumn(key) })
      if (known !== undefined) return known.seq
      const made = insert.run({ key: toColumn(key), name: toColumn(key), reason: '' })
      return Number(made.lastInsertRowid)
    },
    put({ key, name, reason }) {
      const columns = { name: toColumn(name), reason: toColumn(reason) }
      const known = byKey.get({ key: toColumn(key) })
      if (known === undefined) insert.run({ key: toColumn(key), ...columns })
      else if (fromColumn(known.name) !== name || fromColumn(known.reason) !== reason) {
        update.run({ seq: known.seq, ...columns })
      }
    },
  }
}

export function createProjectReading(db: Database): () => readonly Project[] {
  const all = db.prepare<[], ProjectColumns>(sql.allProjects)
  return () =>
    all.all().map((row) => ({
      key: fromColumn(row.key),
      name: fromColumn(row.name),
      reason: fromColumn(row.reason),
    }))
}
