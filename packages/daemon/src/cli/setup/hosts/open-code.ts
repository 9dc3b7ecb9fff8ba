// OpenCode: the plugin in its plugin list, and our MCP server, which also starts the daemon when none runs.
import { finding } from '../../doctor/check.ts'
import {
  isOurPlugin,
  openCodeConfigFile,
  openCodeServer,
  pluginName,
  pluginOptions,
} from '../../hosts/open-code.ts'
import type { Change } from '../change.ts'
import { readConfigText } from '../config-text.ts'
import type { HostIntegration, SetupPlace } from '../host.ts'
import { listItem, ownKey } from '../json-changes.ts'
import { valueAt } from '../json-value.ts'
import { parseJsonc } from '../jsonc.ts'
import { checkMcpServer } from '../mcp-check.ts'
import { checkPlugin } from '../plugin-check.ts'

export const openCode: HostIntegration = {
  name: 'opencode',
  title: 'OpenCode',
  program: 'opencode',
  folders: ({ openCodeFolder, openCodeDataFolder }) => [openCodeFolder, openCodeDataFolder],
  async changes(place) {
    const file = openCodeConfigFile(place.openCodeFolder)
    return [pluginChange(place, file), mcpChange(place, file)]
  },
  async check(context) {
    const { openCodeFolder: folder, openCodePlugin } = context.place
    const file = openCodeConfigFile(folder)
    const root = parseJsonc((await readConfigText(file)).text, file)
    const list = valueAt(root, ['plugin'])
    const entry = Array.isArray(list) ? list.find((item) => isOurPlugin(openCodePlugin, item)) : undefined
    const command = valueAt(root, [...openCodeServer, 'command'])
    return [
      entry === undefined
        ? finding('fail', 'OpenCode plugin', `not in ${file}`, 'iai-mcp setup')
        : await checkPlugin(context, { name: pluginName(entry), options: pluginOptions(entry), folder }),
      await checkMcpServer(context, 'OpenCode MCP', file, Array.isArray(command) ? command : null),
    ]
  },
}

function pluginChange(place: SetupPlace, file: string): Change {
  const { openCodePlugin, config } = place
  const isChosen = config.sources.dataDir !== 'default'
  return listItem({
    file,
    what: 'the plugin: captures every turn, and puts memory into the system prompt',
    path: ['plugin'],
    isOurs: (item) => isOurPlugin(openCodePlugin, item),
    isGood: (item) =>
      pluginName(item) === openCodePlugin && (!isChosen || pluginOptions(item).dataDir === config.dataDir),
    value(standing) {
      const options = { ...pluginOptions(standing), ...(isChosen && { dataDir: config.dataDir }) }
      return Object.keys(options).length === 0 ? openCodePlugin : [openCodePlugin, options]
    },
  })
}

function mcpChange({ mcpCommand }: SetupPlace, file: string): Change {
  return ownKey({
    file,
    what: 'the MCP server: recall, remember and the other tools; starts the daemon when none runs',
    path: openCodeServer,
    value: { type: 'local', command: mcpCommand, enabled: true },
  })
}
