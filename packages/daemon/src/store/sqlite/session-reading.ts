// Reads session rows.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Session } from '../../model/session.ts'
import type { RecentSessionQuery, SessionFilter } from '../store.ts'
import { fromColumn, fromColumnOrNull, type StringColumn, toColumn, toColumnOrNull } from './columns.ts'
import * as projectSql from './project-sql.ts'
import * as sql from './sql.ts'

export interface SessionRow {
  readonly seq: number
  readonly client: StringColumn
  readonly session: StringColumn
  readonly project: StringColumn
  readonly started_at: number
  readonly last_at: number
  readonly closed_at: number | null
  readonly title: StringColumn
  readonly turn_count: number
  readonly parent: StringColumn | null
}

type SessionQuery = { readonly client: StringColumn | null; readonly session: StringColumn }

export type SessionFinding = (
  client: string | null,
  session: string,
) => { seq: number; session: Session } | null

/** Finds one session by name; without a client, the one last active under that name. */
export function createSessionFinding(db: Database): SessionFinding {
  const find = db.prepare<SessionQuery, SessionRow>(sql.findSession)
  return (client, session) => {
    const row = find.get({ client: toColumnOrNull(client), session: toColumn(session) })
    return row === undefined ? null : { seq: row.seq, session: sessionOf(row) }
  }
}

export function createSessionListing(db: Database): (filter: SessionFilter) => readonly Session[] {
  type Params = {
    key: number | null
    startedBefore: number
    client: StringColumn | null
    limit: number
  }
  const ofProject = db.prepare<Params, SessionRow>(sql.listSessions.ofProject)
  const all = db.prepare<Params, SessionRow>(sql.listSessions.all)
  const project = db.prepare<{ key: StringColumn }, { seq: number }>(projectSql.projectByKey)

  return function list({ projects, client, limit, startedBefore }) {
    const params = {
      startedBefore: startedBefore ?? Number.POSITIVE_INFINITY,
      client: client === undefined ? null : toColumn(client),
      limit,
    }
    const rows =
      projects === null
        ? all.all({ ...params, key: null })
        : [...new Set(projects.flatMap((key) => project.get({ key: toColumn(key) })?.seq ?? []))].flatMap(
            (seq) => ofProject.all({ ...params, key: seq }),
          )
    return rows
      .sort((a, b) => b.started_at - a.started_at || b.seq - a.seq)
      .slice(0, limit)
      .map(sessionOf)
  }
}

export function createRecentSessions(db: Database): (query: RecentSessionQuery) => readonly Session[] {
  type Params = { key: number; startedBefore: number; limit: number }
  const recent = db.prepare<Params, SessionRow>(sql.recentSessions)
  const project = db.prepare<{ key: StringColumn }, { seq: number }>(projectSql.projectByKey)

  return function list({ project: key, startedBefore, limit }) {
    const seq = project.get({ key: toColumn(key) })?.seq
    return seq === undefined ? [] : recent.all({ key: seq, startedBefore, limit }).map(sessionOf)
  }
}

export function sessionOf(row: SessionRow): Session {
  return {
    session: fromColumn(row.session),
    client: fromColumn(row.client),
    project: fromColumn(row.project),
    startedAt: row.started_at,
    lastAt: row.last_at,
    closedAt: row.closed_at,
    title: fromColumn(row.title),
    turnCount: row.turn_count,
    parent: fromColumnOrNull(row.parent),
  }
}
