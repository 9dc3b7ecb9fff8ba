// Sees to it that a daemon runs and serves HTTP, as the configuration now says: starts one, or starts it anew.

import type { Config } from '../../config/config.ts'
import { AppError } from '../../kit/errors.ts'
import { startDaemon } from '../bridge/daemon-start.ts'
import { daemonStatus } from '../client.ts'
import { onDemandDaemon } from '../daemon-command.ts'
import { stopDaemon } from '../stop.ts'

export type DaemonDeed = 'started' | 'restarted' | 'was running'

/** Rejects with AppError or ClientError when it does not come up. */
export async function ensureDaemon(config: Config): Promise<DaemonDeed> {
  const status = await daemonStatus(config.socketPath)
  if (status !== null && typeof status.http_port === 'number') return 'was running'
  if (status !== null) await stopDaemon(status)
  const { dataDir, socketPath } = config
  await startDaemon({
    dataDir,
    command: onDemandDaemon(config),
    look: async () => (await daemonStatus(socketPath)) !== null,
  })
  const started = await daemonStatus(socketPath)
  if (typeof started?.http_port !== 'number')
    throw new AppError(
      'unavailable',
      'the daemon serves no HTTP: IAI_DAEMON_HTTP_PORT in its environment goes before config.json',
    )
  return status === null ? 'started' : 'restarted'
}
