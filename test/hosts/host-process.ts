// Runs a released host program once, and puts into its own files what the set-up would.
import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Addition, Program } from '../../packages/daemon/src/cli/hosts/integration.ts'

const bin = fileURLToPath(new URL('../../packages/daemon/bin/iai-mcp.js', import.meta.url))
/** `iai-mcp` as the set-up names it: Node and the bin by absolute paths. */
export const iaiMcp: Program = [process.execPath, bin]

export interface HostRun {
  readonly code: number | null
  readonly said: string
  readonly log: string
}

export interface RunningHost {
  readonly ended: Promise<HostRun>
  /** kill -9 */
  kill(): void
}

const runMsMax = 90_000

export function startHost(
  program: string,
  args: readonly string[],
  { cwd, env, input }: { cwd: string; env: Readonly<Record<string, string>>; input: string },
): RunningHost {
  const child = spawn(program, args, { cwd, env, timeout: runMsMax, killSignal: 'SIGKILL' })
  let said = ''
  let log = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8')
  })
  child.stdin.on('error', () => {}) // killed before it has read its input
  child.stdin.end(input)
  return {
    kill: () => child.kill('SIGKILL'),
    ended: new Promise((done, fail) => {
      child.on('error', fail)
      child.on('close', (code) => done({ code, said, log }))
    }),
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a host's settings, by key
type Json = any

/** The JSON additions; those to TOML are returned. */
export async function addToFiles(additions: readonly Addition[]): Promise<readonly Addition[]> {
  for (const addition of additions) {
    if (addition.format !== 'json') continue
    const text = await readFile(addition.file, 'utf8').catch(() => '{}')
    const whole: Json = JSON.parse(text)
    const last = addition.keys.at(-1) ?? ''
    const parent = addition.keys.slice(0, -1).reduce<Json>((at, key) => {
      at[key] ??= {}
      return at[key]
    }, whole)
    if (addition.kind === 'set') parent[last] = addition.value
    else parent[last] = [...(parent[last] ?? []), addition.item]
    await mkdir(dirname(addition.file), { recursive: true })
    await writeFile(addition.file, JSON.stringify(whole, null, 2))
  }
  return additions.filter(({ format }) => format === 'toml')
}
