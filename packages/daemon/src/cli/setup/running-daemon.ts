// Sees to it that a daemon runs and serves HTTP: starts one, or starts it anew. One that serves already is left as it is,
// since it may be somebody's `npm start`, with settings of its own.

import type { Config } from '../../config/config.ts'
import { AppError } from '../../kit/errors.ts'
import { startDaemon } from '../bridge/daemon-start.ts'
import { daemonStatus } from '../client.ts'
import { onDemandDaemon } from '../daemon-command.ts'
import { startedBefore } from '../doctor/settings-age.ts'
import { stopDaemon } from '../stop.ts'

/** 'needs a restart': it goes on as it was started, before the settings changed. */
export type DaemonDeed = 'started' | 'restarted' | 'was running' | 'needs a restart'

/** Rejects with AppError or ClientError when it does not come up. */
export async function ensureDaemon(config: Config): Promise<DaemonDeed> {
  const status = await daemonStatus(config.socketPath)
  if (status !== null && typeof status.http_port === 'number')
    return startedBefore(config.configFile, status) ? 'needs a restart' : 'was running'
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
