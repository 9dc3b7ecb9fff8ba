// The released Codex in a home of its own, talking to the mock model and nothing else. Its hooks run untrusted, by the
// flag that is there for that: only here, where the home is thrown away.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codexIntegration } from '../../packages/daemon/src/cli/hosts/codex.ts'
import { type HostRun, iaiMcp, integrate, patience, type RunningHost, startHost } from './host-process.ts'
import { codexProgram } from './installed-hosts.ts'

export interface Codex {
  /** `codex exec` with the prompt on standard input. */
  run(prompt: string, options?: CodexRunOptions): Promise<HostRun>
  start(prompt: string, options?: CodexRunOptions): RunningHost
}

export interface CodexRunOptions {
  readonly resumes?: boolean
  /** As on a user's machine before /hooks: what nobody reviewed is skipped. */
  readonly trusts?: boolean
}

export interface CodexSetting {
  readonly home: string
  readonly project: string
  readonly modelUrl: string
  readonly dataDir: string
  /** Nothing of ours is put into its files: set-up is to do that. */
  readonly isBare?: boolean
}

export async function prepareCodex(setting: CodexSetting): Promise<Codex> {
  const { home, project, modelUrl, dataDir, isBare = false } = setting
  const program = await codexProgram()
  const codexHome = join(home, '.codex')
  await mkdir(project, { recursive: true })
  await mkdir(codexHome, { recursive: true })
  await writeFile(join(codexHome, 'config.toml'), configuration(modelUrl))
  // Codex hands its environment to hooks, not to MCP servers.
  if (!isBare) await integrate(codexIntegration(iaiMcp, { HOME: home }, ['--data-dir', dataDir]))
  const env = {
    HOME: home,
    PATH: process.env.PATH ?? '',
    IAI_MCP_STORE: dataDir,
    MOCK_KEY: 'dummy',
    ...patience,
  }
  const start = (input: string, { resumes = false, trusts = true }: CodexRunOptions = {}) => {
    const trust = trusts ? ['--dangerously-bypass-hook-trust'] : []
    const flags = ['--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', ...trust]
    const args = ['exec', ...flags, ...(resumes ? ['resume', '--last'] : []), '-']
    return startHost(program, args, { cwd: project, env, input })
  }
  return { start, run: (prompt, options) => start(prompt, options).ended }
}

function configuration(modelUrl: string): string {
  return `model = "mock-model"
model_provider = "mock"
check_for_update_on_startup = false
model_context_window = 40000
model_auto_compact_token_limit = 20000

[model_providers.mock]
name = "mock"
base_url = "${modelUrl}/v1"
wire_api = "responses"
env_key = "MOCK_KEY"
request_max_retries = 0
stream_max_retries = 0
`
}
