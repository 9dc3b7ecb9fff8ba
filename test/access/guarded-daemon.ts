// The real daemon with something in it worth stealing, and eyes on it: what was asked over HTTP, by its own log, and
// what it holds. Outlives single tests; stopped by its own pid.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { portFileName, tokenFileName } from '../../packages/client/src/data-dir.ts'
import { connectDaemon } from '../../packages/client/src/socket-client.ts'

const bin = fileURLToPath(new URL('../../packages/daemon/bin/iai-mcp.js', import.meta.url))

/** Invented; stands in a pinned memory and in the user's identity. */
export const secret = 'the blue teapot opens with 4711'

export interface SeenRequest {
  readonly method: string
  readonly target: string
  readonly status: number
}

export interface GuardedDaemon {
  /** In a folder that everybody may enter, so that only its own mode keeps others out. */
  readonly dataDir: string
  readonly socketPath: string
  readonly pid: number
  /** 0 while it has none. */
  readonly port: number
  /** Empty while nobody could show it. */
  readonly token: string
  /** Requests answered since the last time this was asked. */
  newRequests(): readonly SeenRequest[]
  /** Texts of everything it holds, and the identity. */
  holds(): Promise<readonly string[]>
  kill(): Promise<void>
  stop(): Promise<void>
}

const startMsMax = 120_000

/** `args`: options of `iai-mcp daemon` beside the place. */
export async function startGuardedDaemon(args: readonly string[] = ['--http']): Promise<GuardedDaemon> {
  const home = mkdtempSync(join(tmpdir(), 'iai-access-'))
  chmodSync(home, 0o755)
  const dataDir = join(home, 'data')
  const socketPath = join(dataDir, '.daemon.sock')
  const child = spawn(process.execPath, [bin, 'daemon', '--json', '--data-dir', dataDir, ...args], {
    cwd: home,
    env: { HOME: home, PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  try {
    await untilItRuns(child, () => log)
    await plant(socketPath)
    const read = (name: string) => {
      const path = join(dataDir, name)
      return existsSync(path) ? readFileSync(path, 'utf8') : ''
    }
    let seen = 0
    const requests = () => {
      const lines = log.slice(0, log.lastIndexOf('\n') + 1).split('\n')
      return lines.filter((line) => line.includes('"event":"http_request"'))
    }
    return {
      dataDir,
      socketPath,
      pid: child.pid ?? 0,
      port: Number(read(portFileName)),
      token: read(tokenFileName),
      newRequests() {
        const all = requests()
        const fresh = all.slice(seen).map((line) => JSON.parse(line) as SeenRequest)
        seen = all.length
        return fresh
      },
      holds: () => heldIn(socketPath),
      kill: () => end('SIGKILL'),
      async stop() {
        await end('SIGTERM')
        rmSync(home, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await end('SIGKILL')
    rmSync(home, { recursive: true, force: true })
    throw error
  }
}

async function untilItRuns(child: ChildProcess, log: () => string): Promise<void> {
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const deadline = Date.now() + startMsMax
  while (!said.includes('\n}')) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it did not start:\n${log()}`)
    if (Date.now() > deadline) throw new Error(`it did not start in time:\n${log()}`)
    await wait(20)
  }
}

async function plant(socketPath: string): Promise<void> {
  const daemon = await connectDaemon(socketPath)
  try {
    const kept = (await daemon.call('memory_capture', { text: secret, role: 'user', project: 'global' })) as {
      record_id: string
    }
    await daemon.call('memory_pin', { id: kept.record_id, pin: 'global' })
    await daemon.call('profile_set', { knob: 'identity', value: `Ada, who knows that ${secret}.` })
  } finally {
    daemon.close()
  }
}

async function heldIn(socketPath: string): Promise<readonly string[]> {
  const daemon = await connectDaemon(socketPath)
  try {
    const { memories } = (await daemon.call('memory_list', { all_projects: true, limit: 1_000 })) as {
      memories: readonly { readonly text: string }[]
    }
    const profile = await daemon.call('profile_get', {})
    return [...memories.map(({ text }) => text), JSON.stringify(profile)]
  } finally {
    daemon.close()
  }
}
