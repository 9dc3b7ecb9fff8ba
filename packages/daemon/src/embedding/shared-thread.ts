// The vector thread as those who use it see it: started by the first, ended by the last, and started anew when it died.
import { threadEntry } from '../kit/thread-entry.ts'
import { ThreadCalls } from './thread-calls.ts'
import type { VectorThreadService } from './vector-thread.ts'

type Calls = ThreadCalls<VectorThreadService>

export interface ThreadLease {
  readonly call: Calls['call']
  /** Ends the thread when nobody else uses it. Idempotent. */
  release(): Promise<void>
}

export interface SharedThread {
  lease(): ThreadLease
}

export function createSharedThread(): SharedThread {
  let running: { readonly calls: Calls; users: number } | null = null

  function current(): NonNullable<typeof running> {
    if (running === null || running.calls.isStopped) {
      const entry = threadEntry('vector-thread', import.meta.url)
      running = { calls: new ThreadCalls('the vector thread', entry), users: 0 }
    }
    return running
  }

  return {
    lease() {
      const thread = current()
      thread.users += 1
      let isReleased = false
      return {
        call: (method, args, msMax) =>
          isReleased ? Promise.reject(thread.calls.notRunning()) : thread.calls.call(method, args, msMax),
        async release() {
          if (isReleased) return
          isReleased = true
          thread.users -= 1
          if (thread.users === 0) await thread.calls.close()
        },
      }
    },
  }
}
