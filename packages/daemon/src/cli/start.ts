// `iai-mcp start`: sees to it that a daemon runs, in the background and for whoever asks next. What OpenCode's plugin
// runs as soon as it is loaded, so that the first session after a boot finds its memory.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { startDaemon } from './bridge/daemon-start.ts'
import { daemonStatus } from './client.ts'
import type { Cli, CommonOptions } from './command.ts'
import { onDemandDaemon } from './daemon-command.ts'

interface StartOptions extends CommonOptions {
  readonly http?: boolean
}

type Status = Readonly<Record<string, unknown>>

export function addStart(cli: Cli): void {
  cli
    .command('start', 'Start the daemon in the background, unless one runs; it leaves when nobody needs it')
    .option('--http', 'serve HTTP also when no port is configured: the system chooses one')
    .action(async (options: StartOptions) => {
      const { socketPath, dataDir, httpPort } = cli.config(options)
      const standing = await daemonStatus(socketPath)
      const isStarted = standing === null
      if (isStarted) {
        const look = async () => (await daemonStatus(socketPath)) !== null
        const command = onDemandDaemon({ socketPath, dataDir }, options.http ? ['--http'] : [])
        await startDaemon({ dataDir, command, look })
      }
      const status = await withPort(socketPath, options.http === true || (isStarted && httpPort !== null))
      const { pid = null, http_port: port = null } = status ?? {}
      if (options.http && port === null) throw withoutPort(pid)
      const said = isStarted
        ? `The daemon has started (process ${pid}).`
        : `It runs already (process ${pid}).`
      cli.show(options, { started: isStarted, pid, http_port: port }, [[said]])
    })
}

function withoutPort(pid: unknown): AppError {
  return new AppError(
    'unavailable',
    `the daemon that runs (process ${pid}) serves no HTTP: iai-mcp stop, then: iai-mcp start --http`,
  )
}

/** The socket answers a moment before the port does; who asked for a port is told when it is there. */
async function withPort(socketPath: string, isWanted: boolean): Promise<Status | null> {
  const deadline = performance.now() + limits.daemonPortMsMax
  for (;;) {
    const status = await daemonStatus(socketPath)
    if (!isWanted || typeof status?.http_port === 'number' || performance.now() > deadline) return status
    await sleep(limits.daemonLookEveryMs)
  }
}
