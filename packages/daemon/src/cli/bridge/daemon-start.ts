// Starts the daemon for a host that needs it and finds none: apart from the host, so that it outlives it, and once,
// however many hosts ask at the same time. That only one daemon ever runs is its own lock's promise; the claim file here
// only saves the others from starting a process that would give up.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ClientError } from '../../../../client/src/client-error.ts'
import { assertPrivateDir } from '../../../../client/src/data-dir.ts'
import { errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { launchDaemon } from './daemon-launch.ts'

export interface DaemonStart {
  readonly dataDir: string
  /** Program and arguments that run a daemon in the foreground. */
  readonly command: readonly [string, ...string[]]
  /** Whether a daemon answers by now. */
  look(): Promise<boolean>
}

/**
 * Resolves when a daemon answers, whoever started it. Rejects with ClientError: `refused` with the daemon's own words
 * when it cannot start, `timed_out` when none answers within limits.daemonStartMsMax.
 */
export async function startDaemon(start: DaemonStart): Promise<void> {
  const deadline = performance.now() + limits.daemonStartMsMax
  mkdirSync(start.dataDir, { recursive: true, mode: 0o700 })
  await assertPrivateDir(start.dataDir)
  while (performance.now() < deadline) {
    if (await start.look()) return
    const claim = claimStart(join(start.dataDir, '.daemon.starting'))
    try {
      if (claim === null) await wait(limits.daemonLookEveryMs)
      else await startAndLook(start, deadline)
    } finally {
      claim?.release()
    }
  }
  throw new ClientError(
    'timed_out',
    `the iai-mcp daemon did not answer within ${limits.daemonStartMsMax / 1000} s; run: iai-mcp doctor`,
  )
}

/** Returns when a daemon answers, or when it is time to try again. Raises when the daemon said why it cannot start. */
async function startAndLook({ dataDir, command, look }: DaemonStart, deadline: number): Promise<void> {
  // Whoever had the claim before may have let it go because its daemon answers by now.
  if (await look()) return
  const startedAt = performance.now()
  const daemon = launchDaemon(dataDir, command)
  try {
    while (performance.now() < deadline) {
      if (await look()) return
      const failure = daemon.failure()
      if (failure !== null && failure.code !== 'locked')
        throw new ClientError('refused', failure.message, failure.code)
      // Another daemon holds the directory: it is about to answer, or about to go.
      if (failure !== null && performance.now() - startedAt > limits.daemonRestartMsMin) return
      await wait(limits.daemonLookEveryMs)
    }
  } finally {
    daemon.letGo()
  }
}

interface Claim {
  release(): void
}

/** The right to start a daemon, or null while another living process has it. */
function claimStart(path: string): Claim | null {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 })
    return { release: () => rmSync(path, { force: true }) }
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    if (!holderLives(path)) rmSync(path, { force: true })
    return null
  }
}

function holderLives(path: string): boolean {
  try {
    // Its holder has given up by then, whoever has that pid now.
    if (Date.now() - statSync(path).mtimeMs > limits.daemonStartMsMax) return false
    const pid = Number(readFileSync(path, 'utf8'))
    // Not written yet: whoever created it is at it.
    if (!Number.isInteger(pid) || pid <= 0) return true
    process.kill(pid, 0)
    return true
  } catch (error) {
    const errno = errnoOf(error)
    return errno !== 'ESRCH' && errno !== 'ENOENT'
  }
}
