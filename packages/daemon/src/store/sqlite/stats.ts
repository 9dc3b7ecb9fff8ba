// How much the store holds, from running totals and small indexes only.
import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { StoreStats } from '../store.ts'
import { createCounterReading } from './counters.ts'
import * as sql from './sql.ts'

interface TableFacts {
  readonly sessions: number
  readonly projects: number
  readonly pinned: number
  readonly oldest: number | null
  readonly newest: number | null
}

export function createStats(db: Database): () => StoreStats {
  const counter = createCounterReading(db)
  const facts = db.prepare<[], TableFacts>(sql.tableFacts)
  return () => {
    const { sessions, projects, pinned, oldest, newest } = facts.get() as TableFacts
    return {
      memories: counter('memories'),
      turns: counter('turns'),
      facts: counter('facts'),
      sessions,
      projects,
      superseded: counter('superseded'),
      pinned,
      bytes: bytesOf(db.name) + bytesOf(`${db.name}-wal`),
      schemaVersion: db.pragma('user_version', { simple: true }) as number,
      analyserVersion: counter('analyser_version'),
      oldestSaidAt: oldest,
      newestSaidAt: newest,
    }
  }
}

function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
