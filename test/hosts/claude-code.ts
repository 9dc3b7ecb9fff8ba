// The released Claude Code in a home of its own, talking to the mock model and nothing else.
import { mkdir } from 'node:fs/promises'
import { claudeCodeIntegration } from '../../packages/daemon/src/cli/hosts/claude-code.ts'
import { type HostRun, iaiMcp, integrate, type RunningHost, startHost } from './host-process.ts'
import { claudeCodeProgram } from './installed-hosts.ts'

export interface ClaudeCode {
  /** `claude -p` with the prompt on standard input. */
  run(prompt: string, ...args: readonly string[]): Promise<HostRun>
  start(prompt: string, ...args: readonly string[]): RunningHost
}

export interface ClaudeCodeSetting {
  readonly home: string
  readonly project: string
  readonly modelUrl: string
  readonly dataDir: string
}

export async function prepareClaudeCode(setting: ClaudeCodeSetting): Promise<ClaudeCode> {
  const { home, project, modelUrl, dataDir } = setting
  const program = await claudeCodeProgram()
  await mkdir(project, { recursive: true })
  await integrate(claudeCodeIntegration(iaiMcp, { HOME: home }))
  const env = {
    HOME: home,
    PATH: process.env.PATH ?? '',
    IAI_MCP_STORE: dataDir,
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: 'dummy',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ENABLE_TOOL_SEARCH: 'false',
  }
  const start = (input: string, ...args: readonly string[]) =>
    startHost(program, ['-p', ...args], { cwd: project, env, input })
  return { start, run: (prompt, ...args) => start(prompt, ...args).ended }
}
