// `iai-mcp daemon`: runs the daemon in this process until a signal ends it.
import { optionNames } from '../config/options.ts'
import { limits } from '../kit/limits.ts'
import type { Cli, CommonOptions } from './command.ts'

interface DaemonOptions extends CommonOptions {
  readonly http?: boolean
  readonly onDemand?: boolean
}

export function addDaemon(cli: Cli): void {
  cli
    .command('daemon', 'Run the daemon in the foreground', optionNames)
    .option('--http', 'serve HTTP also when no port is configured: the system chooses one')
    .option(
      '--on-demand',
      'leave when idle also when no time for that is configured: for hosts that start it',
    )
    .action(async (options: DaemonOptions) => {
      // Loaded only here: the other commands need neither the store nor the transports.
      const { runDaemonProcess } = await import('../main.ts')
      const config = cli.config(options)
      const httpPort = config.httpPort ?? (options.http ? 0 : null)
      const idleExitMinutes =
        config.idleExitMinutes ?? (options.onDemand ? limits.onDemandIdleMinutesDefault : null)
      const running = await runDaemonProcess({ ...config, httpPort, idleExitMinutes })
      cli.show(options, running.facts, [[running.banner]])
    })
}
