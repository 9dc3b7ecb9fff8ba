// MemoryFilter as the parameters of sql.ts: names become row numbers, sets become bit masks.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { type Kind, kinds, type Role, roles, type Trust, trusts } from '../../model/memory.ts'
import type { MemoryFilter } from '../filter.ts'
import { kindCodec, pinCodec, roleCodec, type StringColumn, toColumn, trustCodec } from './columns.ts'
import * as projectSql from './project-sql.ts'
import * as sql from './sql.ts'

export interface FilterParams {
  /** bit n: the role, kind or trust of code n passes */
  readonly roles: number
  readonly kinds: number
  readonly trusts: number
  /** 1: superseded memories pass too */
  readonly anyAge: number
  /** 0: whatever the pin; 3: any pin; else that pin */
  readonly pin: number
  /** JSON arrays of row numbers; null: every project, every session */
  readonly projects: string | null
  readonly sessions: string | null
  readonly client: StringColumn | null
  readonly since: number
  readonly until: number
}

export interface ResolvedFilter {
  readonly params: FilterParams
  readonly projectSeqs: readonly number[] | null
  /** The projects whose seats passages in it have: those that were merged into it have kept theirs. */
  readonly seatedSeqs: readonly number[] | null
  readonly sessionSeqs: readonly number[] | null
}

export function createFilterResolver(db: Database): (filter: MemoryFilter) => ResolvedFilter {
  const project = db.prepare<{ key: StringColumn }, { seq: number }>(projectSql.projectByKey)
  const sessions = db.prepare<{ session: StringColumn }, { seq: number }>(sql.sessionSeqsOfName)

  const within = createProjectsWithin(db)

  function projectSeqsOf(keys: readonly string[]): readonly number[] {
    const seqs = keys.flatMap((key) => project.get({ key: toColumn(key) })?.seq ?? [])
    return [...new Set(seqs)]
  }

  return function resolve(filter) {
    const projectSeqs = filter.projects === null ? null : projectSeqsOf(filter.projects)
    const sessionSeqs =
      filter.session === undefined
        ? null
        : sessions.all({ session: toColumn(filter.session) }).map((row) => row.seq)
    return {
      projectSeqs,
      seatedSeqs: projectSeqs?.flatMap(within) ?? null,
      sessionSeqs,
      params: {
        roles: maskOf<Role>(filter.roles ?? roles, roleCodec.codes),
        kinds: maskOf<Kind>(filter.kinds ?? kinds, kindCodec.codes),
        trusts: maskOf<Trust>(filter.trusts ?? trusts, trustCodec.codes),
        anyAge: filter.currentOnly === false ? 1 : 0,
        pin: pinParam(filter.pin),
        projects: projectSeqs === null ? null : JSON.stringify(projectSeqs),
        sessions: sessionSeqs === null ? null : JSON.stringify(sessionSeqs),
        client: filter.client === undefined ? null : toColumn(filter.client),
        since: filter.since ?? Number.NEGATIVE_INFINITY,
        until: filter.until ?? Number.POSITIVE_INFINITY,
      },
    }
  }
}

/** A project and those that were merged into it. */
export function createProjectsWithin(db: Database): (seq: number) => number[] {
  const within = db.prepare<{ seq: number }>(projectSql.projectsWithin).pluck<number>()
  return (seq) => within.all({ seq })
}

function maskOf<T extends string>(names: readonly T[], codes: Readonly<Record<T, number>>): number {
  return names.reduce((mask, name) => mask | (1 << codes[name]), 0)
}

function pinParam(pin: MemoryFilter['pin']): number {
  if (pin === undefined) return 0
  return pin === 'any' ? 3 : pinCodec.codes[pin]
}
