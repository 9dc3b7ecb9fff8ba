// The released Claude Code in a home of its own, talking to the mock model and nothing else.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { claudeCodeIntegration } from '../../packages/daemon/src/cli/hosts/claude-code.ts'
import { shellWord } from '../../packages/daemon/src/cli/hosts/integration.ts'
import { type HostRun, iaiMcp, integrate, patience, type RunningHost, startHost } from './host-process.ts'
import { claudeCodeProgram } from './installed-hosts.ts'

export interface ClaudeCode {
  /** `claude -p` with the prompt on standard input. */
  run(prompt: string, ...args: readonly string[]): Promise<HostRun>
  start(prompt: string, ...args: readonly string[]): RunningHost
  /** Any other command of `claude`. */
  manage(...args: readonly string[]): Promise<HostRun>
}

export interface ClaudeCodeSetting {
  readonly home: string
  readonly project: string
  readonly modelUrl: string
  readonly dataDir: string
  /** Nothing of ours is put into its files: set-up is to do that. */
  readonly isBare?: boolean
}

export async function prepareClaudeCode(setting: ClaudeCodeSetting): Promise<ClaudeCode> {
  const { home, project, modelUrl, dataDir, isBare = false } = setting
  const program = await claudeCodeProgram()
  await mkdir(project, { recursive: true })
  if (!isBare) await integrate(claudeCodeIntegration(iaiMcp, { HOME: home }))
  const env = {
    HOME: home,
    PATH: `${await commandFolder(home)}:${process.env.PATH ?? ''}`,
    IAI_MCP_STORE: dataDir,
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: 'dummy',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ENABLE_TOOL_SEARCH: 'false',
    ...patience,
  }
  const start = (input: string, ...args: readonly string[]) =>
    startHost(program, ['-p', ...args], { cwd: project, env, input })
  return {
    start,
    run: (prompt, ...args) => start(prompt, ...args).ended,
    manage: (...args) => startHost(program, args, { cwd: project, env, input: '' }).ended,
  }
}

/** A folder with the command `iai-mcp`, as a global installation leaves it on the path: the plugin counts on that. */
async function commandFolder(home: string): Promise<string> {
  const folder = join(home, 'bin')
  await mkdir(folder, { recursive: true })
  const script = `#!/bin/sh\nexec ${iaiMcp.map(shellWord).join(' ')} "$@"\n`
  await writeFile(join(folder, 'iai-mcp'), script, { mode: 0o755 })
  return folder
}
