// `iai-mcp` as a process of its own whose peak memory and processor time are read while it runs (Linux). The peak may
// miss what happened in the last moment before the end.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { daemonBin } from '../../test/support/daemon-child.ts'
import { cpuSecondsOf, peakMbOf } from './process-figures.ts'

export interface CommandUse {
  readonly peakMb: number
  readonly cpuSeconds: number
}

const lookEveryMs = 50

/** Resolves with its stdout. Rejects when it fails. */
export async function runWatched(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly printed: string; readonly use: CommandUse }> {
  const child = spawn(process.execPath, [daemonBin, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const { pid } = child
  if (pid === undefined) throw new Error('iai-mcp did not start')
  let [printed, peakMb, cpuSeconds] = ['', 0, 0]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  const look = setInterval(() => {
    peakMb = Math.max(peakMb, peakMbOf(pid))
    cpuSeconds = Math.max(cpuSeconds, cpuSecondsOf(pid))
  }, lookEveryMs)
  const [code] = await once(child, 'close').finally(() => clearInterval(look))
  if (code !== 0) throw new Error(`iai-mcp ${args.join(' ')} ended with code ${code}\n${printed}`)
  return { printed, use: { peakMb, cpuSeconds } }
}
