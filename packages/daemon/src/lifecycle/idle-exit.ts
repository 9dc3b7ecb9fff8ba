// Ends a daemon that nobody uses: no connection is held open and nothing was asked for a while. Hosts that start a
// daemon on demand start it again.
import type { Clock } from '../kit/clock.ts'
import { limits } from '../kit/limits.ts'
import { createService, type Service } from '../kit/service.ts'

export interface IdleExitOptions {
  readonly idleMs: number
  /** Connections that are held open: bridges keep theirs as long as their host lives. */
  connections(): number
  lastAskedAt(): number
  readonly now: Clock
  /** Called once. */
  leave(): void
}

export function createIdleExit({ idleMs, connections, lastAskedAt, now, leave }: IdleExitOptions): Service {
  let timer: NodeJS.Timeout | undefined
  let lastConnectedAt = now()

  function look(): void {
    if (connections() > 0) lastConnectedAt = now()
    if (now() - Math.max(lastConnectedAt, lastAskedAt()) < idleMs) return
    clearInterval(timer)
    leave()
  }

  return createService({
    async start() {
      lastConnectedAt = now()
      timer = setInterval(look, Math.min(limits.idleLookEveryMsMax, idleMs / 4))
    },
    async stop() {
      clearInterval(timer)
    },
  })
}
