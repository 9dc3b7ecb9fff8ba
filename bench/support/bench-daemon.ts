// A real daemon in a temporary data directory, as a child process, for benchmarks. Stops it by its own pid.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectDaemon } from '../../packages/client/src/socket-client.ts'

export interface BenchDaemon {
  readonly dataDir: string
  readonly socketPath: string
  /** Starts the daemon again over the same data; resolves when it answers. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Resident memory now, MB. */
  rssMb(): number
  /** The most that was ever resident, MB. */
  peakMb(): number
  dataMb(): number
  /** Stops and deletes the data. */
  remove(): Promise<void>
}

const readyMsMax = 60_000
const stopMsMax = 30_000
const bin = fileURLToPath(new URL('../../packages/daemon/bin/iai-mcp.js', import.meta.url))

/** `settings`: environment variables of the daemon, beside those of this process. */
export async function startBenchDaemon(
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchDaemon> {
  const dataDir = mkdtempSync(join(tmpdir(), 'iai-bench-'))
  const socketPath = join(dataDir, '.daemon.sock')
  let child: ChildProcess | null = null

  async function start(): Promise<void> {
    const env = { ...process.env, ...settings, IAI_MCP_STORE: dataDir }
    const started = spawn(process.execPath, [bin, 'daemon', '--http-port', '0'], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child = started
    let errors = ''
    started.stderr?.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4_000)
    })
    const deadline = Date.now() + readyMsMax
    while (!(await answers(socketPath))) {
      if (started.exitCode !== null) throw new Error(`the daemon did not start:\n${errors}`)
      if (Date.now() > deadline) throw new Error('the daemon did not answer in time')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  async function stop(): Promise<void> {
    if (child === null || child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const killer = setTimeout(() => child?.kill('SIGKILL'), stopMsMax)
    await ended
    clearTimeout(killer)
    child = null
  }

  function statusMb(field: string): number {
    const status = readFileSync(`/proc/${child?.pid}/status`, 'utf8')
    return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024)
  }

  await start()
  return {
    dataDir,
    socketPath,
    start,
    stop,
    rssMb: () => statusMb('VmRSS'),
    peakMb: () => statusMb('VmHWM'),
    dataMb: () =>
      Math.round(
        readdirSync(dataDir).reduce((sum, name) => sum + statSync(join(dataDir, name)).size, 0) / 1_048_576,
      ),
    async remove() {
      await stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function answers(socketPath: string): Promise<boolean> {
  try {
    const client = await connectDaemon(socketPath, { timeoutMs: 500 })
    await client.control({ type: 'status' }, { timeoutMs: 500 })
    client.close()
    return true
  } catch {
    return false
  }
}
