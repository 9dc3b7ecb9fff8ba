// What one write call has done so far beyond its rows: totals, term frequencies, sessions touched. Gathered while the
// call runs and written once at its end; it lives no longer than the call, so a rolled-back call leaves nothing behind.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { CounterName } from './counters.ts'
import type { SessionGrowth } from './session-rows.ts'
import * as sql from './sql.ts'

export interface Change {
  readonly counters: Map<CounterName, number>
  /** how many more (or fewer) passages hold each term */
  readonly terms: Map<string, number>
  readonly grownSessions: Map<number, SessionGrowth>
  /** sessions whose row must be derived anew from their memories */
  readonly rederivedSessions: Set<number>
  /** sessions in which something else changed that is derived from (a pin, reliance, the parent) */
  readonly touchedSessions: Set<number>
  /** projects of which what was derived is incomplete now */
  readonly touchedProjects: Set<number>
}

export function emptyChange(): Change {
  return {
    counters: new Map(),
    terms: new Map(),
    grownSessions: new Map(),
    rederivedSessions: new Set(),
    touchedSessions: new Set(),
    touchedProjects: new Set(),
  }
}

export function count(change: Change, name: CounterName, by: number): void {
  change.counters.set(name, (change.counters.get(name) ?? 0) + by)
}

/** Something that stands in front of sessions has changed (Store.standingRevision). */
export function touchStanding(change: Change): void {
  change.counters.set('standing_revision', 1)
}

/** Writes the totals and term frequencies of a change. */
export function createChangeWriting(db: Database): (change: Change) => void {
  const addToCounter = db.prepare<{ name: CounterName; by: number }>(sql.addToCounter)
  const addToTerm = db.prepare<{ term: string; passages: number }>(sql.addToTerm)
  const deleteUnusedTerm = db.prepare<{ term: string }>(sql.deleteUnusedTerm)

  return function write({ counters, terms }) {
    for (const [name, by] of counters) if (by !== 0) addToCounter.run({ name, by })
    for (const [term, passages] of terms) {
      if (passages === 0) continue
      addToTerm.run({ term, passages })
      if (passages < 0) deleteUnusedTerm.run({ term })
    }
  }
}
