// A process that takes and lets go of data directory locks as its parent says: {take: dir} answers {taken, message},
// {release: true} answers {released: true}.
import { isAppError } from '../../src/kit/errors.ts'
import { silentLog } from '../../src/kit/log.ts'
import { acquireLock, type DataDirLock } from '../../src/lifecycle/lock.ts'

let lock: DataDirLock | null = null

process.on('message', (order: { take?: string; release?: true }) => {
  if (order.take !== undefined) {
    try {
      lock = acquireLock(
        order.take,
        { pid: process.pid, startedAt: 1_700_000_000_000, version: '0.0.0' },
        silentLog,
      )
      process.send?.({ taken: true, message: '' })
    } catch (error) {
      process.send?.({
        taken: false,
        message: isAppError(error) ? `${error.code}: ${error.message}` : String(error),
      })
    }
  }
  if (order.release) {
    lock?.release()
    lock = null
    process.send?.({ released: true })
  }
})
process.send?.({ ready: true })
