// How commands get hold of the store itself: a daemon that runs is stopped politely first, and told of at the end. The
// only file of the command line that loads maintenance/, and only when it is needed.
import type { Config } from '../../config/config.ts'
import { AppError, isAppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { daemonStatus } from '../client.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { dim, type Line, renderLines } from '../output.ts'
import { stopDaemon } from '../stop.ts'

export type Maintenance = Awaited<ReturnType<typeof loadMaintenance>>
type HeldDataDir = Awaited<ReturnType<Maintenance['holdDataDir']>>

/** Everything that commands do with a held store; they are the only ones that pay for loading it. */
export async function loadMaintenance() {
  const { holdDataDir, withLock } = await import('../../maintenance/holding.ts')
  const { exportKey, importKey, keyFileOf, keyStatus, putUnderKey } = await import(
    '../../maintenance/keys.ts'
  )
  const { backUpHeld, checkArchive, exportHeld, importArchive } = await import('../../maintenance/copies.ts')
  const { previewRestore, restore } = await import('../../maintenance/restoring.ts')
  return {
    ...{ holdDataDir, withLock },
    ...{ exportKey, importKey, keyFileOf, keyStatus, putUnderKey },
    ...{ backUpHeld, checkArchive, exportHeld, importArchive },
    ...{ previewRestore, restore },
  }
}

export interface Hold {
  readonly held: HeldDataDir
  readonly maintenance: Maintenance
  /** What to add to the output: that a daemon was stopped, and how to have one again. */
  readonly afterwards: readonly Line[]
}

/** Stops a daemon that runs, holds the data directory, runs `work`, lets go. Tells of a stopped daemon when `work` fails. */
export async function withHeldDataDir<T>(
  cli: Cli,
  options: CommonOptions,
  work: (hold: Hold) => Promise<T>,
  start: Parameters<Maintenance['holdDataDir']>[1] = 'store needed',
): Promise<T> {
  const config = cli.config(options)
  const maintenance = await loadMaintenance()
  const { value: held, stopped } = await whileNoDaemonRuns(config, () =>
    maintenance.holdDataDir(config, start),
  )
  try {
    return await work({ held, maintenance, afterwards: afterwardsOf(stopped) })
  } catch (error) {
    if (options.json !== true) cli.io.stderr.write(renderLines(afterwardsOf(stopped), false))
    throw error
  } finally {
    held.release()
  }
}

/** The same for work that takes the lock by itself, because the key may be lost. */
export async function whileNoDaemonRuns<T>(
  config: Config,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly stopped: boolean }> {
  let stopped = false
  // Hosts start a daemon whenever they need one: also between its end and our beginning.
  for (let tries = 1; ; tries++) {
    const running = await daemonStatus(config.socketPath)
    if (running !== null && running.data_dir === config.dataDir) {
      await stopDaemon(running)
      stopped = true
    } else if (running !== null) {
      throw new AppError(
        'locked',
        `the daemon that answers at ${config.socketPath} keeps its data in ${String(running.data_dir)}, not in ${config.dataDir}; say which is meant with --data-dir and --socket`,
      )
    }
    try {
      return { value: await work(), stopped }
    } catch (error) {
      if (!isAppError(error) || error.code !== 'locked' || tries >= limits.daemonStopTriesMax) throw error
    }
  }
}

export function afterwardsOf(stopped: boolean): readonly Line[] {
  if (!stopped) return []
  return [
    [dim('The daemon was stopped for this. Hosts start it when they need it; or: iai-mcp daemon --http')],
  ]
}

/** Has the running daemon copy its store; resolves with its answer. Rejects with AppError. */
export async function askToKeep(
  cli: Cli,
  options: CommonOptions,
  line: { readonly type: 'backup' | 'export'; readonly path: string; readonly format?: string },
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await cli.withDaemon(options, (daemon) =>
    daemon.controlLine(line, { timeoutMs: limits.storeWorkMsMax }),
  )
  if (answer.ok === true) return answer
  throw new AppError('unavailable', String(answer.reason))
}
