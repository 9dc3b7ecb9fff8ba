// Sees what clients leave in the spool while the daemon runs, and has it taken in within seconds. A host that ends waits
// a second and a half for its last words to be answered; on a busy machine they go to the spool, and the next session
// should know them. A file that an earlier round could not deliver brings no round on, and waits for its own time.
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import { createService, type Service } from '../kit/service.ts'
import type { BackgroundWork } from './background-work.ts'
import { hasNewFile } from './spool-drain.ts'

export interface SpoolLookOptions {
  readonly dataDir: string
  readonly background: Pick<BackgroundWork, 'runNow' | 'paused'>
  readonly log: Log
}

export function createSpoolLook({ dataDir, background, log }: SpoolLookOptions): Service {
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    if (background.paused()) return
    if (await hasNewFile(dataDir)) await background.runNow()
  }

  return createService({
    async start() {
      let isLooking = false
      timer = setInterval(() => {
        if (isLooking) return
        isLooking = true
        looking = look()
          .catch((error) => log.error('spool_not_looked_at', error))
          .finally(() => {
            isLooking = false
          })
      }, limits.spoolLookEveryMs)
    },
    async stop() {
      clearInterval(timer)
      await looking
    },
  })
}
