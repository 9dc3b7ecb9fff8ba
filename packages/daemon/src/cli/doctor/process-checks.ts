// Which processes of this data directory run, and whether they should: one daemon, and bridges whose hosts are alive.
import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { limits } from '../../kit/limits.ts'
import { type Finding, finding, listed } from './check.ts'
import type { Subject } from './subject.ts'

export interface ProcessOfOurs {
  readonly pid: number
  readonly parent: number
  readonly command: 'daemon' | 'mcp'
}

interface ProcessLine {
  readonly pid: number
  readonly parent: number
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

export async function processes(subject: Subject): Promise<readonly Finding[]> {
  const { dataDir } = subject.config
  const lines = process.platform === 'linux' ? await linuxProcesses() : await otherProcesses()
  const running = await subject.daemon().catch(() => null)
  const adopts = await adoptsOrphans()
  return judgeProcesses(processesOfOurs(lines, dataDir), running?.pid ?? null, adopts)
}

/** In a container the first process may be a host itself, and its bridges no orphans. */
async function adoptsOrphans(): Promise<boolean> {
  const first = await readFile('/proc/1/comm', 'utf8').catch(() => 'launchd')
  return /^(?:systemd|init|launchd|tini|dumb-init|docker-init)$/.test(first.trim())
}

/** Pure. `holder` is the daemon that answers; `adopts`: children of process 1 have lost their parent. */
export function judgeProcesses(
  found: readonly ProcessOfOurs[],
  holder: unknown,
  adopts: boolean,
): readonly Finding[] {
  const daemons = found.filter(({ command }) => command === 'daemon')
  const bridges = found.filter(({ command }) => command === 'mcp')
  const spare = daemons.filter(({ pid }) => pid !== holder)
  const lost = bridges.filter(({ parent }) => adopts && parent === 1)
  const findings = [
    ...problem(
      spare,
      'a daemon of this directory that does not answer for it',
      'daemons of this directory that do not answer for it',
    ),
    ...problem(lost, 'a bridge whose host is gone', 'bridges whose hosts are gone'),
  ]
  if (findings.length > 0) return findings
  const bridging = bridges.length === 0 ? '' : `, ${bridges.length} of hosts`
  return [finding('ok', 'processes', `${daemons.length} of the daemon${bridging}`)]
}

function problem(found: readonly ProcessOfOurs[], one: string, several: string): readonly Finding[] {
  if (found.length === 0) return []
  const pids = found.map(({ pid }) => String(pid))
  const what =
    found.length === 1 ? `process ${pids[0]} is ${one}` : `processes ${listed(pids, 10)} are ${several}`
  return [finding('warn', 'processes', what, `if it stays: kill ${pids.slice(0, 10).join(' ')}`)]
}

/** Pure. A Node too old runs the same command again on a newer one and waits for it: that one does not count. */
export function processesOfOurs(lines: readonly ProcessLine[], dataDir: string): readonly ProcessOfOurs[] {
  const found = lines.flatMap(({ pid, parent, args, env, cwd }) => {
    const at = args.findIndex((arg) => /[/\\]iai-mcp(?:\.js)?$/.test(arg))
    const command = args[at + 1]
    if (at < 0 || (command !== 'daemon' && command !== 'mcp')) return []
    const named = optionOf(args, '--data-dir') ?? env.IAI_MCP_STORE
    const place = named === undefined || named === '' ? join(env.HOME ?? '', '.iai-mcp') : named
    return resolve(cwd, place) === dataDir ? [{ pid, parent, command } as const] : []
  })
  return found.filter(
    (one) => !found.some((other) => other.parent === one.pid && other.command === one.command),
  )
}

function optionOf(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name)
  if (at >= 0) return args[at + 1]
  return args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1)
}

/** Processes of this user; those of others cannot be looked into, nor would they be ours. */
async function linuxProcesses(): Promise<readonly ProcessLine[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readProcess(pid).catch(() => null)))
  return lines.filter((line) => line !== null)
}

async function readProcess(pid: string): Promise<ProcessLine> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8')
  const [commandLine, environment, status] = await Promise.all([
    read('cmdline'),
    read('environ'),
    read('status'),
  ])
  const env = Object.fromEntries(
    environment.split('\0').map((entry) => {
      const at = entry.indexOf('=')
      return [entry.slice(0, Math.max(at, 0)), entry.slice(at + 1)]
    }),
  )
  const parent = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1] ?? 0)
  const cwd = await readlink(`/proc/${pid}/cwd`)
  return { pid: Number(pid), parent, args: commandLine.split('\0').filter(Boolean), env, cwd }
}

/** Their environment cannot be read: without an option they count as of the default directory. */
async function otherProcesses(): Promise<readonly ProcessLine[]> {
  const options = { timeout: limits.doctorWaitMsMax, maxBuffer: 16 * 1024 * 1024 }
  const { stdout } = await promisify(execFile)('ps', ['-xo', 'pid=,ppid=,command='], options)
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    if (pid === undefined || command === undefined) return []
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        args: command.split(' '),
        env: { HOME: homedir() },
        cwd: '/',
      },
    ]
  })
}
