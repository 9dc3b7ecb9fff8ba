// One command of the built program as a user runs it, on a data directory of a test, killed at a place or moment if asked.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { daemonBin } from '../support/daemon-child.ts'

/** A place of fault-preload.mjs, or a moment in ms after the start. */
export type CommandKill = { readonly at: string; readonly nth: number } | { readonly ms: number }

export interface CommandOptions {
  readonly dataDir: string
  readonly env?: Readonly<Record<string, string>>
  readonly kill?: CommandKill | null
  /** For its standard input. */
  readonly input?: string
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly errors: string
}

const preload = new URL('./fault-preload.mjs', import.meta.url).href
const commandMsMax = 60_000

/** `iai-mcp ARGS --json --data-dir …`, in a home that is the folder of the data directory. */
export async function runCommand(
  args: readonly string[],
  { dataDir, env = {}, kill = null, input = '' }: CommandOptions,
): Promise<Ended> {
  const fault = kill !== null && 'at' in kill ? { killAt: kill.at, nth: kill.nth } : {}
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', preload, daemonBin, ...args, '--json', '--data-dir', dataDir],
    {
      env: {
        HOME: dirname(dataDir),
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        IAI_TEST_FAULT: JSON.stringify(fault),
        ...env,
      },
    },
  )
  const wait = kill !== null && 'ms' in kill ? kill.ms : commandMsMax
  const killer = setTimeout(() => child.kill('SIGKILL'), wait)
  let [output, errors] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  child.stdin?.on('error', () => {}) // it is killed before it has read
  child.stdin?.end(`${input}\n`)
  const [code, signal] = await once(child, 'close')
  clearTimeout(killer)
  return { code, signal, output, errors }
}

/** Where it was killed; null when it came to its end. */
export function placeOf({ signal, errors }: Ended): string | null {
  if (signal !== 'SIGKILL') return null
  return /^fault: killed at (.+)$/m.exec(errors)?.[1] ?? 'at a random moment'
}
