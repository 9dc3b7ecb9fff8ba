// Reads what is derived, and what has to be derived again.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { DerivedStore, KeptRow } from '../derived.ts'
import { derivedKindCodec, fromColumn, type StringColumn, toColumn, toColumnOrNull } from './columns.ts'
import * as sql from './derived-sql.ts'
import type { Sync } from './protocol.ts'
import { type SessionRow, sessionOf } from './session-reading.ts'
import { projectByKey } from './sql.ts'

interface Row {
  readonly kind: number
  readonly id: StringColumn
  readonly project: StringColumn
  readonly rank: number | null
  readonly body: string
}

interface ListParams {
  readonly project: number
  readonly kind: number
  readonly unranked: number
  readonly limit: number
}

type AfterParams = ListParams & { readonly afterId: StringColumn }

export type DerivedReading = Sync<
  Pick<DerivedStore, 'changedSessions' | 'changedProjects' | 'derived' | 'derivedRows' | 'derivedQuoting'>
>

export function createDerivedReading(db: Database): DerivedReading {
  const byKey = db.prepare<{ kind: number; id: StringColumn }, Row>(sql.derivedByKey)
  const quoting = db.prepare<{ kind: number; memory: StringColumn }, Row>(sql.derivedQuoting)
  const project = db.prepare<{ key: StringColumn }, { seq: number }>(projectByKey)
  const first = db.prepare<ListParams, Row>(sql.listDerived.first)
  const afterRanked = db.prepare<AfterParams & { afterRank: number }, Row>(sql.listDerived.afterRanked)
  const afterUnranked = db.prepare<AfterParams, Row>(sql.listDerived.afterUnranked)
  const sessions = db.prepare<
    { silentSince: number; project: StringColumn | null; limit: number },
    SessionRow & { readonly change: number }
  >(sql.changedSessions)
  const projects = db.prepare<{ limit: number }, { project: StringColumn; change: number }>(
    sql.changedProjects,
  )

  return {
    changedSessions: ({ silentSince, project: key, limit }) =>
      sessions
        .all({ silentSince, project: toColumnOrNull(key ?? null), limit })
        .map((row) => ({ session: sessionOf(row), change: row.change })),
    changedProjects: (limit) =>
      projects.all({ limit }).map((row) => ({ project: fromColumn(row.project), change: row.change })),
    derived({ kind, project: key, limit, unranked, after }) {
      const seq = project.get({ key: toColumn(key) })?.seq
      if (seq === undefined) return []
      const params = {
        project: seq,
        kind: derivedKindCodec.codes[kind],
        unranked: unranked === true ? 1 : 0,
        limit,
      }
      if (after === undefined) return first.all(params).map(rowOf)
      const afterId = toColumn(after.id)
      return after.rank === null
        ? afterUnranked.all({ ...params, afterId }).map(rowOf)
        : afterRanked.all({ ...params, afterId, afterRank: after.rank }).map(rowOf)
    },
    derivedRows: (keys) =>
      keys.flatMap(({ kind, id }) => {
        const row = byKey.get({ kind: derivedKindCodec.codes[kind], id: toColumn(id) })
        return row === undefined ? [] : [rowOf(row)]
      }),
    derivedQuoting: ({ kinds, memories }) =>
      kinds.flatMap((name) => {
        const kind = derivedKindCodec.codes[name]
        const rows = memories.flatMap((id) => quoting.all({ kind, memory: toColumn(id) }).map(rowOf))
        const byId = new Map(rows.map((row) => [row.id, row]))
        return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
      }),
  }
}

function rowOf({ kind, id, project, rank, body }: Row): KeptRow {
  return { kind: derivedKindCodec.decode(kind), id: fromColumn(id), project: fromColumn(project), rank, body }
}
