// The check of `doctor` for what hosts start as our MCP server: a program that can be run. Servers that nobody set up are
// no finding of their own: a host works without its tools.
import { openCodeConfigFolder, searchPath } from '../../config/environment.ts'
import { claudeCodeIntegration } from '../hosts/claude-code.ts'
import { codexIntegration } from '../hosts/codex.ts'
import type { McpAddition } from '../hosts/integration.ts'
import { openCodeConfigFile, openCodeServer } from '../hosts/open-code.ts'
import { hindrances, hindrancesText, lastingPath } from '../search-path.ts'
import { readConfigText } from '../setup/config-text.ts'
import { commandAt, valueAt } from '../setup/json-value.ts'
import { parseJsonc } from '../setup/jsonc.ts'
import { parseToml } from '../setup/toml.ts'
import { type Finding, finding } from './check.ts'
import { findClaudeCodePlugin } from './find-hooks.ts'
import { anyProgram, folderOf, type Places } from './host-hooks.ts'

interface Server {
  readonly host: string
  readonly file: string
  readonly command: readonly unknown[]
}

export async function mcpServers(places: Places): Promise<readonly Finding[]> {
  const servers = [await ofOpenCode(), ...(await ofClaudeCode(places)), await ofCodex(places)]
  const found = servers.filter(({ command }) => command.some((word) => typeof word === 'string'))
  if (found.length === 0) return []
  const broken = found.flatMap(findingOf)
  if (broken.length > 0) return broken
  return [
    finding('ok', 'MCP servers', `of ${found.map(({ host }) => host).join(', ')}: their programs are there`),
  ]
}

function findingOf({ host, file, command }: Server): readonly Finding[] {
  const words = command.filter((word) => typeof word === 'string')
  const hindered = hindrancesText(hindrances(words, lastingPath(searchPath())))
  if (hindered === '') return []
  return [finding('fail', 'MCP servers', `of ${host} (${file}): runs ${hindered}`, 'iai-mcp setup')]
}

async function ofOpenCode(): Promise<Server> {
  const file = openCodeConfigFile(openCodeConfigFolder())
  const command = valueAt(parseJsonc((await readConfigText(file)).text, file), [...openCodeServer, 'command'])
  return { host: 'OpenCode', file, command: Array.isArray(command) ? command : [] }
}

/** The plugin's is looked at with its hooks, which run the same program. */
async function ofClaudeCode(places: Places): Promise<readonly Server[]> {
  const direct = claudeCodeIntegration(anyProgram, places)
  const plugin = await findClaudeCodePlugin(direct, folderOf(direct.hooks))
  return plugin?.problem === null ? [] : [await serverOf('Claude Code', direct.mcp)]
}

function ofCodex(places: Places): Promise<Server> {
  return serverOf('Codex', codexIntegration(anyProgram, places).mcp)
}

async function serverOf(host: string, { file, format, keys }: McpAddition): Promise<Server> {
  const { text } = await readConfigText(file)
  const root = format === 'json' ? parseJsonc(text, file) : parseToml(text, file)
  return { host, file, command: commandAt(root, keys) }
}
