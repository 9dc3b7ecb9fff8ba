// A real daemon in a temporary data directory, as a child process, for benchmarks. Stops it by its own pid.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DaemonChild, processUse, startDaemonChild } from '../../test/support/daemon-child.ts'
import { cpuSecondsOf } from './process-figures.ts'

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
  /** Processor time so far, of all its threads. */
  cpuSeconds(): number
  dataMb(): number
  /** Stops and deletes the data. */
  remove(): Promise<void>
}

/** `settings`: environment variables of the daemon, beside those of this process. */
export async function startBenchDaemon(
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchDaemon> {
  const dataDir = mkdtempSync(join(tmpdir(), 'iai-bench-'))
  const env = { ...inherited(), ...settings }
  let child: DaemonChild = await startDaemonChild({ dataDir, env })

  return {
    dataDir,
    socketPath: child.socketPath,
    async start() {
      child = await startDaemonChild({ dataDir, env })
    },
    async stop() {
      await child.stop()
    },
    rssMb: () => Math.round(processUse(child.pid).rssMib),
    peakMb: () => Math.round(processUse(child.pid).peakMib),
    cpuSeconds: () => cpuSecondsOf(child.pid),
    dataMb: () =>
      Math.round(
        readdirSync(dataDir).reduce((sum, name) => sum + statSync(join(dataDir, name)).size, 0) / 1_048_576,
      ),
    async remove() {
      await child.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** This process's environment, but for what would lead the daemon to another place. */
function inherited(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && name !== 'IAI_MCP_STORE',
  )
  return Object.fromEntries(entries) as Record<string, string>
}
