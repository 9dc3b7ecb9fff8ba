// Real bridges in real processes on a data directory of their own. Everything started here is ended by its own pid,
// daemons that bridges started included.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { tempDir } from '../../../../../test/support/temp-dir.ts'
import { bin } from '../../e2e/daemon-process.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read answers by key
type Json = any

export interface Bridge {
  readonly pid: number
  readonly child: ChildProcess
  /** Sends a request and resolves with its answer. */
  ask(method: string, params?: object): Promise<Json>
  tool(name: string, args?: object): Promise<Json>
  /** Closes its input; resolves with its exit code. */
  leave(): Promise<number | null>
  /** Every line it wrote. */
  readonly lines: readonly string[]
}

export interface BridgePlace {
  readonly dataDir: string
  bridge(): Bridge
  /** A host that holds a bridge; resolves with both pids when the bridge has started. */
  host(sharing: 'own-input' | 'share-input'): Promise<{ host: ChildProcess; bridgePid: number }>
  /** Pid of the daemon of this place. */
  daemonPid(): number
  /** Processes with this place's data directory in their arguments, by pid. */
  processes(): ReadonlyMap<number, string>
}

export function createBridgePlace(): BridgePlace {
  const home = tempDir()
  const dataDir = join(home, 'm')
  const env = { HOME: home, PATH: '/usr/bin:/bin' }
  const started: ChildProcess[] = []
  let asked = 0

  const processes = () =>
    new Map(
      execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.includes(dataDir))
        .map((line) => [Number.parseInt(line, 10), line] as const),
    )

  onTestFinished(async () => {
    for (const child of started) child.kill('SIGKILL')
    for (const pid of processes().keys()) end(pid, 'SIGKILL')
    await until(() => processes().size === 0)
  })

  return {
    dataDir,
    processes,
    daemonPid: () => JSON.parse(readFileSync(join(dataDir, '.daemon.json'), 'utf8')).pid,
    bridge() {
      const child = spawn(process.execPath, [bin, 'mcp', '--data-dir', dataDir], {
        env,
        cwd: home,
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      started.push(child)
      const lines: string[] = []
      const waiting = new Map<number, (answer: Json) => void>()
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line)
        const answer = JSON.parse(line)
        waiting.get(answer.id)?.(answer)
      })
      const ask = (method: string, params: object = {}): Promise<Json> => {
        asked += 1
        const id = asked
        const answer = new Promise((resolve) => waiting.set(id, resolve))
        child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
        return answer
      }
      return {
        pid: child.pid ?? 0,
        child,
        lines,
        ask,
        tool: async (name, args = {}) => (await ask('tools/call', { name, arguments: args })).result,
        async leave() {
          child.stdin.end()
          if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
          return child.exitCode
        },
      }
    },
    async host(sharing) {
      const script = fileURLToPath(new URL('host-process.ts', import.meta.url))
      const question = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`
      const input = sharing === 'share-input' ? openInput(home) : 'ignore'
      if (input !== 'ignore') writeSync(input, question)
      const host = spawn(process.execPath, [script, bin, dataDir, sharing, question], {
        env,
        cwd: home,
        stdio: [input, 'pipe', 'inherit'],
      })
      started.push(host)
      if (host.stdout === null) throw new Error('the host’s output is piped')
      const [pid] = await once(host.stdout, 'data')
      return { host, bridgePid: Number(pid) }
    },
  }
}

/** An input that stays open whoever else dies, because this process holds both its ends. */
function openInput(home: string): number {
  const path = join(home, 'input')
  execFileSync('mkfifo', [path])
  const fd = openSync(path, 'r+')
  onTestFinished(() => closeSync(fd))
  return fd
}

export function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // gone already
  }
}

export function lives(pid: number): boolean {
  // A dead child that nobody has waited for still has a pid; it is no process of ours any more.
  if (!existsSync(`/proc/${pid}/stat`)) return false
  return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

export async function until(holds: () => boolean, msMax = 15_000): Promise<void> {
  const deadline = performance.now() + msMax
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('did not come to hold in time')
    await wait(20)
  }
}
