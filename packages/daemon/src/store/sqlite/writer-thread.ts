// What the writer thread does between messages: commits what has queued up, then upkeep while nobody waits.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { analyserVersion, analyseText } from '../../text/analyser.ts'
import { openWriter, type StoreFile } from './connection.ts'
import { createGroupCommit } from './group-commit.ts'
import { createReindexing } from './reindexing.ts'
import { toAppError } from './sqlite-errors.ts'
import { createTextIndex } from './text-index.ts'
import { callMethod, type ThreadHost, type ThreadService } from './thread-service.ts'
import { createUpkeep } from './upkeep.ts'
import { createWriterStore } from './writer-store.ts'

export function startWriter(options: StoreFile, host: ThreadHost): ThreadService {
  const db = openWriter(options)
  const index = createTextIndex(db, analyseText)
  const store = createWriterStore(db, index)
  const upkeep = createUpkeep(db, createReindexing(db, index, analyserVersion), () => performance.now())
  const group = createGroupCommit(db, afterCommit)
  let forgot = false
  let scheduled = false

  /** Forgotten text is still in the log until the log is emptied. */
  function afterCommit(): void {
    if (!forgot) return
    const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    forgot = state?.busy === 1
    if (forgot) host.log('warn', 'store_log_not_emptied', {})
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
      host.log('warn', 'store_upkeep_failed', { code: toAppError(error, options.file).code })
    }
  }

  schedule()
  return {
    call(id, method, args) {
      if (method === 'optimise') upkeep.optimise(() => host.reply(id, undefined))
      else {
        group.add({
          weight: method === 'capture' && Array.isArray(args[0]) ? args[0].length : 1,
          run() {
            if (method === 'forget') forgot = true
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
      closeWriter(db)
    },
  }
}

function closeWriter(db: Database): void {
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}
