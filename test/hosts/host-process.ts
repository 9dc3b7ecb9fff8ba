// Runs a released host program once, and puts into its own files what the set-up would.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Integration, Program } from '../../packages/daemon/src/cli/hosts/integration.ts'
import { applyChange } from '../../packages/daemon/src/cli/setup/change.ts'
import { readConfigText, writeConfigBytes } from '../../packages/daemon/src/cli/setup/config-text.ts'
import { integrationChanges } from '../../packages/daemon/src/cli/setup/integration-changes.ts'

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

/** Puts the integration into the host's own files, with set-up's own edits. */
export async function integrate(integration: Integration): Promise<void> {
  for (const change of integrationChanges(integration)) {
    const { realPath, text, mode } = await readConfigText(change.file)
    await writeConfigBytes(realPath, Buffer.from(applyChange(text, change)), mode)
  }
}
