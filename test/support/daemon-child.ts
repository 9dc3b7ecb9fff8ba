// The real, built daemon as a child process for programs that are no vitest tests: suites that kill it, flood it or run
// it for an hour. A data directory of the caller's, nothing of this shell's environment, everything on loopback. Who
// starts a child ends it; nothing here is ended by name.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const daemonBin = fileURLToPath(new URL('../../packages/daemon/bin/iai-mcp.js', import.meta.url))

export interface DaemonEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The last of what it wrote to stderr: its log, and why it ended. */
  readonly errors: string
}

export interface DaemonChild {
  readonly pid: number
  readonly dataDir: string
  readonly socketPath: string
  readonly port: number
  /** What --json prints instead of the banner. */
  readonly facts: Readonly<Record<string, unknown>>
  readonly ended: Promise<DaemonEnd>
  isRunning(): boolean
  errors(): string
  kill(signal: NodeJS.Signals): void
  /** SIGTERM, and SIGKILL when that takes too long. */
  stop(): Promise<DaemonEnd>
}

export interface DaemonChildOptions {
  readonly dataDir: string
  readonly env?: Readonly<Record<string, string>>
  /** Node's own arguments, before the program. */
  readonly nodeArgs?: readonly string[]
  readonly args?: readonly string[]
  /** A command that runs the daemon in its place, as `sh -c 'ulimit …; exec "$@"' sh`. */
  readonly wrapper?: readonly string[]
  /** Sees the child as soon as it is there, before it is ready. */
  readonly onSpawn?: (child: ChildProcess) => void
  /** Every line of its log. */
  readonly onLogLine?: (line: string) => void
}

/** It ended before it was ready. */
export class DaemonNotStarted extends Error {
  readonly end: DaemonEnd

  constructor(end: DaemonEnd) {
    super(`the daemon ended instead of starting (${end.signal ?? end.code}):\n${end.errors}`)
    this.end = end
  }
}

const readyMsMax = 60_000
const stopMsMax = 30_000
const errorsKeptChars = 16_000

/** Resolves when the daemon says that it runs. Rejects with DaemonNotStarted when it ends first. */
export async function startDaemonChild(options: DaemonChildOptions): Promise<DaemonChild> {
  const { dataDir, env = {}, nodeArgs = [], args = [], wrapper = [], onSpawn, onLogLine } = options
  const command = [
    ...wrapper,
    process.execPath,
    ...nodeArgs,
    daemonBin,
    'daemon',
    '--json',
    '--http-port',
    '0',
  ]
  const [program = '', ...rest] = [...command, ...args]
  const child = spawn(program, rest, {
    cwd: dirname(dataDir),
    env: {
      HOME: dirname(dataDir),
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      IAI_MCP_STORE: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onSpawn?.(child)
  const errors = keepErrors(child, onLogLine)
  const ended: Promise<DaemonEnd> = once(child, 'close').then(([code, signal]) => ({
    code,
    signal,
    errors: errors(),
  }))
  const facts = await untilReady(child, ended)
  const pid = child.pid ?? 0
  return {
    pid,
    dataDir,
    facts,
    socketPath: String(facts.socket),
    port: Number(new URL(String(facts.url)).port),
    ended,
    errors,
    isRunning: () => isRunning(child),
    kill: (signal) => void child.kill(signal),
    async stop() {
      if (isRunning(child)) child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
      try {
        return await ended
      } finally {
        clearTimeout(killer)
      }
    },
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

function keepErrors(child: ChildProcess, onLogLine: ((line: string) => void) | undefined): () => string {
  let kept = ''
  let rest = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    kept = (kept + text).slice(-errorsKeptChars)
    if (onLogLine === undefined) return
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(onLogLine)
  })
  return () => kept
}

async function untilReady(
  child: ChildProcess,
  ended: Promise<DaemonEnd>,
): Promise<Readonly<Record<string, unknown>>> {
  let timer: NodeJS.Timeout | undefined
  const ready = new Promise<Readonly<Record<string, unknown>>>((resolve) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (more: string) => {
      text += more
      const facts = parsed(text)
      if (facts !== null) resolve(facts)
    })
  })
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`the daemon was not ready within ${readyMsMax / 1_000} s`))
    }, readyMsMax)
  })
  const tooEarly = ended.then((end) => {
    throw new DaemonNotStarted(end)
  })
  try {
    return await Promise.race([ready, late, tooEarly])
  } finally {
    clearTimeout(timer)
    tooEarly.catch(() => {})
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export interface ProcessUse {
  readonly rssMib: number
  /** the most it ever was */
  readonly peakMib: number
  readonly files: number
  readonly threads: number
}

/** What the process holds right now (Linux). */
export function processUse(pid: number): ProcessUse {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  return {
    rssMib: field('VmRSS') / 1_024,
    peakMib: field('VmHWM') / 1_024,
    threads: field('Threads'),
    files: readdirSync(`/proc/${pid}/fd`).length,
  }
}

/** Processes whose parent is `pid` (Linux). */
export function childProcesses(pid: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = readFileSync(join('/proc', name, 'stat'), 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      return parent === pid ? [Number(name)] : []
    } catch {
      return [] // ended while we looked
    }
  })
}
