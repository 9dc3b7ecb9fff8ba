// The real command in real processes, as a user starts them: the built program on the Node of the tests, a home and
// data directory of its own, nothing of this shell's environment. Everything started here is ended by its own pid.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
export const bin = join(root, 'packages/daemon/bin/iai-mcp.js')

/** Builds when the sources changed since the last build; a tenth of a second when they did not. */
export function ensureBuilt(): void {
  const built = spawnSync(process.execPath, [join(root, 'scripts/bootstrap.mjs')], { encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout}${built.stderr}`)
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export type Env = Readonly<Record<string, string>>

export interface Place {
  readonly dataDir: string
  /** Runs a command to its end; `input` goes to its standard input. */
  run(args: readonly string[], options?: { readonly input?: string; readonly env?: Env }): Promise<Ended>
  /** Starts the daemon and waits until it says that it runs. */
  start(options?: { readonly args?: readonly string[]; readonly env?: Env }): Promise<RunningProcess>
  read(name: string): string
  /** Starts a command without waiting for it; ended with the test. */
  launch(args: readonly string[], env?: Env): ChildProcess
}

export interface RunningProcess {
  readonly pid: number
  readonly child: ChildProcess
  /** what --json prints instead of the banner */
  readonly facts: Readonly<Record<string, unknown>>
  output(): { readonly stdout: string; readonly stderr: string }
  signal(signal: NodeJS.Signals): void
  readonly ended: Promise<Ended>
}

const startMsMax = 120_000

/** A home with a data directory that is not there yet. */
export function createPlace(env: Env = {}): Place {
  const home = tempDir()
  const dataDir = join(home, '.iai-mcp')
  const baseEnv = { HOME: home, PATH: '/usr/bin:/bin', ...env }

  function launch(args: readonly string[], extra: Env = {}): ChildProcess {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: home,
      env: { ...baseEnv, ...extra },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    onTestFinished(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    })
    return child
  }

  return {
    dataDir,
    launch,
    read: (name) => readFileSync(join(dataDir, name), 'utf8'),
    run(args, { input = '', env: extra } = {}) {
      const child = launch(args, extra)
      child.stdin?.end(input)
      return collect(child).ended
    },
    async start({ args = ['--http'], env: extra } = {}) {
      const child = launch(['daemon', '--json', ...args], extra)
      const { ended, output } = collect(child)
      return {
        ...(await untilRunning(child, ended, output)),
        output,
        ended,
        signal: (name) => child.kill(name),
      }
    },
  }
}

function collect(child: ChildProcess) {
  const written = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text
  })
  const ended: Promise<Ended> = once(child, 'close').then(([code, signal]) => ({ code, signal, ...written }))
  return { ended, output: () => ({ ...written }) }
}

async function untilRunning(
  child: ChildProcess,
  ended: Promise<Ended>,
  output: () => { readonly stdout: string; readonly stderr: string },
) {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not start in time:\n${output().stderr}`)), startMsMax)
  })
  const failed = ended.then((end) => {
    throw new Error(`ended instead of starting (${end.code}):\n${end.stderr}`)
  })
  const ready = new Promise<Readonly<Record<string, unknown>>>((resolve) => {
    const look = () => {
      const facts = parseWhole(output().stdout)
      if (facts !== null) resolve(facts)
    }
    child.stdout?.on('data', look)
    look()
  })
  try {
    const facts = await Promise.race([ready, late, failed])
    return { child, facts, pid: child.pid ?? 0 }
  } finally {
    clearTimeout(timer)
  }
}

function parseWhole(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
