// The profile and the bounded list of events.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { limits } from '../../kit/limits.ts'
import { defaultProfile, type Profile } from '../../model/profile.ts'
import type { StoreEvent } from '../store.ts'
import { fromColumn, type StringColumn, toColumn, toColumnOrNull } from './columns.ts'
import * as sql from './sql.ts'

export function createProfileReading(db: Database): () => Profile {
  const entries = db.prepare<[], { name: string; value: StringColumn }>(sql.profileEntries)
  return () => ({
    ...defaultProfile,
    ...Object.fromEntries(entries.all().map(({ name, value }) => [name, fromColumn(value)])),
  })
}

export function createProfileWriting(db: Database): (changes: Partial<Profile>) => void {
  const set = db.prepare<{ name: string; value: StringColumn }>(sql.setProfileEntry)
  return (changes) => {
    for (const [name, value] of Object.entries(changes)) {
      if (value !== undefined) set.run({ name, value: toColumn(value) })
    }
  }
}

export function createEventWriting(db: Database): (event: StoreEvent) => void {
  const insert = db.prepare<{ at: number; kind: StringColumn; data: string }>(sql.insertEvent)
  const dropOld = db.prepare<{ keep: number }>(sql.dropOldEvents)
  return ({ at, kind, data }) => {
    insert.run({ at, kind: toColumn(kind), data: JSON.stringify(data) })
    dropOld.run({ keep: limits.eventRowsMax })
  }
}

export interface EventQuery {
  readonly kind?: string | undefined
  readonly since?: number | undefined
  readonly limit: number
}

export function createEventReading(db: Database): (query: EventQuery) => readonly StoreEvent[] {
  const recent = db.prepare<
    { kind: StringColumn | null; since: number; limit: number },
    { at: number; kind: StringColumn; data: string }
  >(sql.recentEvents)
  return ({ kind, since, limit }) =>
    recent
      .all({ kind: toColumnOrNull(kind ?? null), since: since ?? Number.NEGATIVE_INFINITY, limit })
      .map((row) => ({ at: row.at, kind: fromColumn(row.kind), data: JSON.parse(row.data) }))
}
