// Work on the file that no caller's answer depends on: re-indexing after a change of analyser, merging the text index,
// giving free pages back. Done in short steps while nobody waits.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { limits } from '../../kit/limits.ts'
import type { Reindexing } from './reindexing.ts'
import * as sql from './sql.ts'

export interface Upkeep {
  pending(): boolean
  /** One step of limits.upkeepStepMsMax or so, in a transaction of its own. */
  step(): void
  /** Asks for an optimisation; `done` is called when it is complete or has had limits.optimiseMsMax. */
  optimise(done: () => void): void
  /** Leaves the file alone for limits.upkeepPauseMs; whoever waits for an optimisation is answered. */
  pause(): void
}

/** Milliseconds from any fixed point, never going back. */
type Stopwatch = () => number

export function createUpkeep(db: Database, reindexing: Reindexing, elapsed: Stopwatch): Upkeep {
  const merge = db.prepare<{ pages: number }>(sql.mergeIndex)
  const totalChanges = db.prepare<[], { changes: number }>('SELECT total_changes() AS changes')
  let waiting: (() => void)[] = []
  let phase: 'none' | 'begin' | 'merge' | 'vacuum' = 'none'
  let deadline = 0
  let resumeAt = 0

  function withinStep(): () => boolean {
    const end = elapsed() + limits.upkeepStepMsMax
    return () => elapsed() < end
  }

  /** FTS5 has nothing left to merge when a merge changes fewer than two rows. */
  function mergeSome(pages: number): boolean {
    const before = totalChanges.get()?.changes ?? 0
    merge.run({ pages })
    return (totalChanges.get()?.changes ?? 0) - before >= 2
  }

  /** False when no free page is left. */
  function vacuumSome(): boolean {
    const before = db.pragma('freelist_count', { simple: true }) as number
    db.pragma(`incremental_vacuum(${limits.upkeepPagesPerStep})`)
    const after = db.pragma('freelist_count', { simple: true }) as number
    return after > 0 && after < before
  }

  function optimiseStep(): void {
    const mayGoOn = withinStep()
    if (elapsed() > deadline) {
      finish()
    } else if (phase === 'begin') {
      mergeSome(-limits.upkeepPagesPerStep)
      phase = 'merge'
    } else if (phase === 'merge') {
      let more = true
      while (more && mayGoOn()) more = mergeSome(limits.upkeepPagesPerStep)
      if (!more) phase = 'vacuum'
    } else if (!vacuumSome()) {
      finish()
    }
  }

  function finish(): void {
    phase = 'none'
    const told = waiting
    waiting = []
    for (const done of told) done()
  }

  return {
    pending: () => elapsed() >= resumeAt && (phase !== 'none' || reindexing.pending()),
    step() {
      if (reindexing.pending()) db.transaction(() => reindexing.step(withinStep())).immediate()
      else db.transaction(optimiseStep).immediate()
    },
    optimise(done) {
      waiting.push(done)
      if (elapsed() < resumeAt) {
        finish()
      } else if (phase === 'none') {
        phase = 'begin'
        deadline = elapsed() + limits.optimiseMsMax
      }
    },
    pause() {
      resumeAt = elapsed() + limits.upkeepPauseMs
      finish()
    },
  }
}
