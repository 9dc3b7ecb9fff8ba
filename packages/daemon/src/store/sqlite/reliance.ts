// Counts how often memories were relied on (Store.reinforce).
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { type Change, touchStanding } from './change.ts'
import { type StringColumn, toIdColumn } from './columns.ts'
import * as sql from './sql.ts'

/** One more for each known id, however often it is named; returns the new counts by id. */
export type RelianceCounting = (
  change: Change,
  ids: readonly string[],
  at: number,
) => ReadonlyMap<string, number>

export function createRelianceCounting(db: Database): RelianceCounting {
  const countReliance = db.prepare<{ id: StringColumn; at: number }, { reinforced: number; session: number }>(
    sql.countReliance,
  )
  return function reinforce(change, ids, at) {
    const counts = new Map<string, number>()
    for (const id of new Set(ids)) {
      const row = countReliance.get({ id: toIdColumn(id), at })
      if (row === undefined) continue
      change.touchedSessions.add(row.session)
      counts.set(id, row.reinforced)
    }
    if (counts.size > 0) touchStanding(change)
    return counts
  }
}
