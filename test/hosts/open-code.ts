// The released OpenCode in a home and a project of its own, talking to the mock model and nothing else.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { type HostRun, patience, type RunningHost, startHost } from './host-process.ts'
import { openCodeProgram, openCodeVersion } from './installed-hosts.ts'

export const pluginPackage = resolve(import.meta.dirname, '../../packages/opencode')
export const pluginFile = join(pluginPackage, 'dist/iai-mcp-opencode.js')

export type PluginEntry = string | readonly [path: string, options: Readonly<Record<string, unknown>>]

export interface OpenCodeSetting {
  readonly modelUrl: string
  readonly plugin: readonly PluginEntry[]
  readonly env?: Readonly<Record<string, string>>
  /** Our MCP server, by the command that runs it. */
  readonly mcpCommand?: readonly string[]
}

/** A text part as OpenCode's database holds it, which is what an importer reads. */
interface StoredPart {
  readonly messageId: string
  readonly partId: string
  readonly sessionId: string
  readonly role: string
  readonly isSummary: boolean
  readonly isSynthetic: boolean
  readonly text: string
}

export interface OpenCode {
  readonly home: string
  readonly project: string
  /** `opencode run` with the prompt on standard input, which is taken byte for byte. */
  run(prompt: string, ...args: readonly string[]): Promise<HostRun>
  start(prompt: string, ...args: readonly string[]): RunningHost
  /** `opencode serve`, driven over its HTTP API. */
  serve(): Promise<OpenCodeServer>
  /** Changes the settings for the runs that follow. */
  configure(setting: OpenCodeSetting): Promise<void>
  storedParts(): readonly StoredPart[]
  remove(): Promise<void>
}

export interface OpenCodeServer {
  /** One request of its API; rejects for any answer that is no success. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>
  stop(): Promise<void>
}

const serverStartMsMax = 60_000

const switchedOff = [
  'AUTOUPDATE',
  'MODELS_FETCH',
  'LSP_DOWNLOAD',
  'DEFAULT_PLUGINS',
  'SHARE',
  'EXTERNAL_SKILLS',
  'CLAUDE_CODE',
]

export async function prepareOpenCode(first: OpenCodeSetting): Promise<OpenCode> {
  const program = await openCodeProgram()
  const root = await mkdtemp(join(tmpdir(), 'iai-mcp-opencode-'))
  const home = join(root, 'home')
  const project = join(root, 'project')
  await makeHome(home)
  await makeProject(project)
  let extraEnv: Readonly<Record<string, string>> = {}

  async function configure({ env = {}, ...setting }: OpenCodeSetting): Promise<void> {
    extraEnv = env
    await writeFile(join(project, 'opencode.json'), JSON.stringify(configuration(setting), null, 2))
  }

  function start(input: string, ...args: readonly string[]): RunningHost {
    const env = { ...environment(home), ...extraEnv }
    return startHost(program, ['run', '--print-logs', ...args], { cwd: project, env, input })
  }

  async function serve(): Promise<OpenCodeServer> {
    const env = { ...environment(home), ...extraEnv }
    const server = startHost(program, ['serve', '--port', '0'], { cwd: project, env, input: '' })
    const url = await server.printed(/listening on (http:\/\/[\d.:]+)/u, serverStartMsMax)
    return {
      async call(method, path, body) {
        const target = `${url}${path}?directory=${encodeURIComponent(project)}`
        const headers = { 'content-type': 'application/json' }
        const answer = await fetch(target, { method, headers, ...(body && { body: JSON.stringify(body) }) })
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
        return answer.json()
      },
      async stop() {
        server.kill()
        await server.ended
      },
    }
  }

  await configure(first)
  return {
    serve,
    home,
    project,
    start,
    run: (prompt, ...args) => start(prompt, ...args).ended,
    configure,
    storedParts: () => readParts(join(home, '.local/share/opencode/opencode.db')),
    remove: () => rm(root, { recursive: true, force: true }),
  }
}

/** What the host would install for plugins, it takes for installed; offline it would try for a minute, now and then. */
async function makeHome(home: string): Promise<void> {
  const config = join(home, '.config/opencode')
  await mkdir(join(config, 'node_modules'), { recursive: true })
  const root = { dependencies: { '@opencode-ai/plugin': openCodeVersion } }
  await writeFile(join(config, 'package-lock.json'), JSON.stringify({ packages: { '': root } }))
}

async function makeProject(folder: string): Promise<void> {
  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: folder })
  await mkdir(folder)
  await git('init', '-q')
  const author = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@localhost']
  await git(...author, 'commit', '-q', '--allow-empty', '-m', 'start')
}

function environment(home: string): Record<string, string> {
  return {
    HOME: home,
    PATH: process.env.PATH ?? '',
    ...patience,
    ...Object.fromEntries(switchedOff.map((name) => [`OPENCODE_DISABLE_${name}`, '1'])),
  }
}

function configuration({ modelUrl, plugin, mcpCommand }: OpenCodeSetting): object {
  const limit = { context: 32_000, output: 4_096 }
  return {
    provider: {
      mock: {
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL: `${modelUrl}/v1`, apiKey: 'dummy' },
        models: { 'mock-model': { tool_call: true, limit }, 'mock-small': { limit } },
      },
    },
    model: 'mock/mock-model',
    small_model: 'mock/mock-small',
    enabled_providers: ['mock'],
    autoupdate: false,
    share: 'disabled',
    snapshot: false,
    lsp: false,
    formatter: false,
    permission: { '*': 'allow' },
    plugin,
    ...(mcpCommand !== undefined && { mcp: { 'iai-mcp': { type: 'local', command: mcpCommand } } }),
  }
}

function readParts(path: string): readonly StoredPart[] {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const rows = database
      .prepare(
        `SELECT part.id AS partId, part.message_id AS messageId, part.session_id AS sessionId,
                message.data AS message, part.data AS part
           FROM part JOIN message ON message.id = part.message_id
          ORDER BY message.time_created, part.id`,
      )
      .all() as { partId: string; messageId: string; sessionId: string; message: string; part: string }[]
    return rows.flatMap(({ partId, messageId, sessionId, message, part }) => {
      const { role, summary } = JSON.parse(message) as { role: string; summary?: unknown }
      const { type, text, synthetic } = JSON.parse(part) as {
        type: string
        text: string
        synthetic?: boolean
      }
      if (type !== 'text') return []
      return [
        {
          partId,
          messageId,
          sessionId,
          role,
          text,
          isSummary: summary === true,
          isSynthetic: synthetic === true,
        },
      ]
    })
  } finally {
    database.close()
  }
}
