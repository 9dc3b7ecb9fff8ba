// `iai-mcp stop`: asks the daemon to end (SIGTERM, which drains) and waits until it has.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, errnoOf } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { mayHold, readHolder } from '../lifecycle/lock.ts'
import { ClientError, daemonStatus } from './client.ts'
import type { Cli, CommonOptions } from './command.ts'

export function addStop(cli: Cli): void {
  cli.command('stop', 'Stop the daemon').action(async (options: CommonOptions) => {
    const { socketPath, dataDir } = cli.config(options)
    const status = await daemonStatus(socketPath)
    if (status === null) throw noneAnswers(socketPath, dataDir)
    const pid = await stopDaemon(status)
    cli.show(options, { stopped: true, pid }, [[`The daemon (process ${pid}) has stopped.`]])
  })
}

/** None runs; or one does that hangs, or listens elsewhere. */
function noneAnswers(socketPath: string, dataDir: string): Error {
  const holder = readHolder(dataDir)
  if (holder === null || !isAlive(holder.pid))
    return new ClientError(
      'not_running',
      `no daemon answers at ${socketPath} and none holds ${dataDir}: there is nothing to stop`,
    )
  return new AppError(
    'unavailable',
    `process ${holder.pid} was started as the daemon of ${dataDir}, but nothing answers at ${socketPath}. ` +
      `If it was started with --socket, give the same here; if ps -p ${holder.pid} shows iai-mcp and it hangs: ` +
      `kill ${holder.pid}`,
  )
}

/** Ends the daemon that said `status` of itself; resolves with its process id when it is gone. */
export async function stopDaemon({
  pid,
  data_dir: dataDir,
}: Readonly<Record<string, unknown>>): Promise<number> {
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1 || typeof dataDir !== 'string')
    throw new AppError('unavailable', 'what answers on the socket does not say which process it is')
  process.kill(pid, 'SIGTERM')
  await untilGone(pid, dataDir)
  return pid
}

/** It lets go of the data directory last; a process that died without doing so is gone, too. */
async function untilGone(pid: number, dataDir: string): Promise<void> {
  const pollMs = 50
  for (let waited = 0; waited < limits.daemonStopWaitMsMax; waited += pollMs) {
    if (!mayHold(dataDir, pid) || !isAlive(pid)) return
    await sleep(pollMs)
  }
  throw new AppError(
    'timeout',
    `process ${pid} is still there after ${limits.daemonStopWaitMsMax / 1000} s; end it with: kill -9 ${pid}`,
  )
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) !== 'ESRCH'
  }
}
