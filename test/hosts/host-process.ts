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

/**
 * For every host: it waits for its memory. What is promised otherwise, that no host is kept waiting, makes a session on a
 * machine out of breath open without it; that promise has tests of its own, here and in packages/opencode.
 */
export const patience = { IAI_MCP_HOOK_WAIT_MS: '60000' }
/** Less than set-up writes is what the host itself allows at most. */
const hookSeconds = { ours: 5, patient: 60 }

export interface HostRun {
  readonly code: number | null
  readonly said: string
  readonly log: string
}

export interface RunningHost {
  readonly ended: Promise<HostRun>
  /** What the first group of `pattern` matches of what it says, once it does. */
  printed(pattern: RegExp, msMax: number): Promise<string>
  /** kill -9 */
  kill(): void
}

const runMsMax = 240_000

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
    async printed(pattern, msMax) {
      for (const until = Date.now() + msMax; Date.now() < until; ) {
        const found = pattern.exec(said)?.[1]
        if (found !== undefined) return found
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error(`it did not say ${pattern}: ${said}${log}`)
    },
    ended: new Promise((done, fail) => {
      child.on('error', fail)
      child.on('close', (code) => done({ code, said, log }))
    }),
  }
}

/** Puts the integration into the host's own files, with set-up's own edits; the host gives each hook a minute. */
export async function integrate(integration: Integration): Promise<void> {
  const hooks = integration.hooks.map((hook) => {
    const [command] = hook.group.hooks
    const timeout = command.timeout < hookSeconds.ours ? command.timeout : hookSeconds.patient
    return { ...hook, group: { hooks: [{ ...command, timeout }] as const } }
  })
  for (const change of integrationChanges({ ...integration, hooks })) {
    const { realPath, text, mode } = await readConfigText(change.file)
    await writeConfigBytes(realPath, Buffer.from(applyChange(text, change)), mode)
  }
}
