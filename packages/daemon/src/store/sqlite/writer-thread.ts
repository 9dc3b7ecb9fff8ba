// What the writer thread does between messages: commits what has queued up and answers it, empties the log when that is
// owed, then upkeep while nobody waits. Keeps: nothing that comes after a commit can take its answers back.
import { hasContent } from '../../kit/files.ts'
import { limits } from '../../kit/limits.ts'
import { analyserVersion, analyseText } from '../../text/analyser.ts'
import { openWriter, type StoreFile } from './connection.ts'
import { createGroupCommit } from './group-commit.ts'
import { createLogEmptying } from './log-emptying.ts'
import { createReindexing } from './reindexing.ts'
import { toAppError } from './sqlite-errors.ts'
import { createTextIndex } from './text-index.ts'
import { callMethod, type ThreadHost, type ThreadService } from './thread-service.ts'
import { createUpkeep } from './upkeep.ts'
import { createWriterStore } from './writer-store.ts'

export function startWriter(options: StoreFile, host: ThreadHost): ThreadService {
  const db = openWriter(options, host.log)
  const index = createTextIndex(db, analyseText)
  const store = createWriterStore(db, index)
  const elapsed = () => performance.now()
  const upkeep = createUpkeep(db, createReindexing(db, index, analyserVersion), elapsed)
  const notEmptied = (why: string) => host.log('warn', 'store_log_not_emptied', { why })
  const log = createLogEmptying(db, { elapsed, failed: notEmptied })
  const group = createGroupCommit(db, emptyLogIfDue)
  let scheduled = false
  let wake: NodeJS.Timeout | undefined

  // A daemon that was killed may have owed it.
  if (hasContent(`${options.file}-wal`)) log.owe()

  function emptyLogIfDue(): void {
    if (log.pending() && !log.attempt()) wakeAfterPause()
  }

  /** What failed is tried again also when nobody calls meanwhile. A step later, lest the timer be early by a breath. */
  function wakeAfterPause(): void {
    clearTimeout(wake)
    wake = setTimeout(schedule, limits.upkeepPauseMs + limits.upkeepStepMsMax).unref()
  }

  // Through the event loop each time, so that calls which arrived during an fsync join the next group.
  function schedule(): void {
    if (scheduled || !db.open) return
    scheduled = true
    setImmediate(turn)
  }

  function turn(): void {
    scheduled = false
    if (!db.open) return
    if (group.waiting() > 0) group.commitNext()
    else if (log.pending()) emptyLogIfDue()
    else if (upkeep.pending()) stepUpkeep()
    else return
    schedule()
  }

  /** A full disk stops upkeep for a while; callers are not affected. */
  function stepUpkeep(): void {
    try {
      upkeep.step()
    } catch (error) {
      upkeep.pause()
      wakeAfterPause()
      host.log('warn', 'store_upkeep_failed', { code: toAppError(error, options.file).code })
    }
  }

  schedule()
  return {
    call(id, method, args) {
      if (method === 'optimise') upkeep.optimise(() => host.reply(id, undefined))
      else {
        group.add({
          weight: weightOf(method, args),
          run() {
            if (method === 'forget') log.owe()
            return callMethod(store, method, args)
          },
          done: (result) => host.reply(id, result),
          failed: (error) => host.fail(id, error),
        })
      }
      schedule()
    },
    close() {
      while (group.waiting() > 0) group.commitNext()
      upkeep.pause()
      clearTimeout(wake)
      log.attempt()
      db.close()
    },
  }
}

/** What is forgotten is bounded by the call, so a transaction holds one such call at most. */
function weightOf(method: string, args: readonly unknown[]): number {
  if (method === 'forget') return limits.groupCommitRowsMax
  return method === 'capture' && Array.isArray(args[0]) ? args[0].length : 1
}
