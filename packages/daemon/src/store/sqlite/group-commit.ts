// Runs write calls: whatever has queued up goes into one transaction and shares its fsync, each call in a savepoint of
// its own. Keeps: a call is answered only after COMMIT, and one that fails leaves nothing behind and harms no other.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { limits } from '../../kit/limits.ts'

export interface WriteCall {
  /** rows the call will roughly write */
  readonly weight: number
  run(): unknown
  /** Called once, after the outcome is durable. */
  done(result: unknown): void
  failed(error: unknown): void
}

type Outcome =
  | { readonly call: WriteCall; readonly ok: true; readonly result: unknown }
  | { readonly call: WriteCall; readonly ok: false; readonly error: unknown }

export interface GroupCommit {
  add(call: WriteCall): void
  waiting(): number
  /** Commits the next group of waiting calls, at most limits.groupCommitRowsMax rows unless one call is larger. */
  commitNext(): void
}

export function createGroupCommit(db: Database, afterAnswers: () => void): GroupCommit {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')
  const beginCall = db.prepare('SAVEPOINT call')
  const endCall = db.prepare('RELEASE call')
  const undoCall = db.prepare('ROLLBACK TO call')
  const queue: WriteCall[] = []

  function takeGroup(): WriteCall[] {
    let size = 0
    let rows = 0
    for (const call of queue) {
      if (size > 0 && rows + call.weight > limits.groupCommitRowsMax) break
      rows += call.weight
      size += 1
    }
    return queue.splice(0, size)
  }

  function runInSavepoint(call: WriteCall): Outcome {
    beginCall.run()
    try {
      const result = call.run()
      endCall.run()
      return { call, ok: true, result }
    } catch (error) {
      // A full disk or an I/O error may have ended the whole transaction; then there is no savepoint to return to.
      if (!db.inTransaction) throw error
      undoCall.run()
      endCall.run()
      return { call, ok: false, error }
    }
  }

  function runGroup(calls: readonly WriteCall[]): readonly Outcome[] {
    try {
      begin.run()
      const outcomes = calls.map(runInSavepoint)
      commit.run()
      return outcomes
    } catch (error) {
      if (db.inTransaction) rollback.run()
      // The transaction is lost with everything in it. Alone, the calls that are not to blame still succeed.
      if (calls.length > 1) return calls.flatMap((call) => runGroup([call]))
      return calls.map((call) => ({ call, ok: false, error }))
    }
  }

  return {
    add: (call) => queue.push(call),
    waiting: () => queue.length,
    commitNext() {
      const outcomes = runGroup(takeGroup())
      for (const outcome of outcomes) {
        if (outcome.ok) outcome.call.done(outcome.result)
        else outcome.call.failed(outcome.error)
      }
      afterAnswers()
    },
  }
}
