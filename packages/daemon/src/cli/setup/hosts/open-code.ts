// OpenCode: the plugin in its plugin list, and our MCP server, which also starts the daemon when none runs.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { finding } from '../../doctor/check.ts'
import { type Change, isObject, listItem, ownKey, valueAt } from '../change.ts'
import { readConfigText } from '../config-text.ts'
import type { CheckContext, HostIntegration, SetupPlace } from '../host.ts'
import { parseJsonc } from '../jsonc.ts'
import { checkMcpServer } from '../mcp-check.ts'
import { checkPlugin } from '../plugin-check.ts'

export const openCode: HostIntegration = {
  name: 'opencode',
  title: 'OpenCode',
  async detect({ openCodeFolder, openCodeDataFolder }) {
    return existsSync(openCodeFolder) || existsSync(openCodeDataFolder)
  },
  async changes(place) {
    const file = configFile(place)
    return [pluginChange(place, file), mcpChange(place, file)]
  },
  async check(context) {
    const file = configFile(context.place)
    const root = parseJsonc((await readConfigText(file)).text, file)
    const list = valueAt(root, ['plugin'])
    const entry = Array.isArray(list) ? list.find((item) => isOurs(context.place, item)) : undefined
    const command = valueAt(root, ['mcp', 'iai-mcp', 'command'])
    return [
      entry === undefined
        ? finding('fail', 'OpenCode plugin', `not in ${file}`, 'iai-mcp setup')
        : await checkPlugin(context, {
            entry: withoutOptions(entry),
            options: optionsOf(entry),
            folder: folderOf(context),
          }),
      await checkMcpServer(
        'OpenCode MCP',
        file,
        Array.isArray(command) ? command : null,
        context.place.config.dataDir,
      ),
    ]
  },
}

/** OpenCode reads all of these; the one that exists is the one the user knows. */
function configFile({ openCodeFolder }: SetupPlace): string {
  const names = ['opencode.jsonc', 'opencode.json', 'config.json']
  return (
    names.map((name) => join(openCodeFolder, name)).find(existsSync) ?? join(openCodeFolder, 'opencode.json')
  )
}

function folderOf({ place }: CheckContext): string {
  return place.openCodeFolder
}

function pluginChange(place: SetupPlace, file: string): Change {
  const { openCodePlugin, config } = place
  const isChosen = config.sources.dataDir !== 'default'
  return listItem({
    file,
    what: 'the plugin: captures every turn, and puts memory into the system prompt',
    path: ['plugin'],
    isOurs: (item) => isOurs(place, item),
    isGood: (item) =>
      withoutOptions(item) === openCodePlugin && (!isChosen || optionsOf(item).dataDir === config.dataDir),
    value(standing) {
      const options = { ...optionsOf(standing), ...(isChosen && { dataDir: config.dataDir }) }
      return Object.keys(options).length === 0 ? openCodePlugin : [openCodePlugin, options]
    },
  })
}

function mcpChange({ mcpCommand }: SetupPlace, file: string): Change {
  return ownKey({
    file,
    what: 'the MCP server: recall, remember and the other tools; starts the daemon when none runs',
    path: ['mcp', 'iai-mcp'],
    value: { type: 'local', command: mcpCommand, enabled: true },
  })
}

/** Also an entry of an earlier place or release. */
function isOurs({ openCodePlugin }: SetupPlace, item: unknown): boolean {
  const name = withoutOptions(item)
  return (
    name === openCodePlugin ||
    /(?:^|\/)iai-mcp-opencode(?:@[^/]+|\.js)?$/.test(name) ||
    /iai-mcp[^/]*\/packages\/opencode\/?$/.test(name)
  )
}

function withoutOptions(item: unknown): string {
  const name: unknown = Array.isArray(item) ? item[0] : item
  return typeof name === 'string' ? name : ''
}

function optionsOf(item: unknown): Readonly<Record<string, unknown>> {
  const options: unknown = Array.isArray(item) ? item[1] : undefined
  return isObject(options) ? options : {}
}
