// Whether Claude Code has our plugin, installed and switched on; what it keeps of plugins checked against 2.1.330.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'jsonc-parser'
import { z } from 'zod'
import { errnoOf } from '../../kit/errors.ts'
import type { Integration } from './integration.ts'

const settingsSchema = z.object({ enabledPlugins: z.record(z.string(), z.unknown()) })
const installedSchema = z.object({
  plugins: z.record(z.string(), z.array(z.object({ installPath: z.string() }))),
})

/** The folder it was copied to; null when there is none that is in effect. What cannot be understood names none. */
export async function claudeCodePluginFolder(configFolder: string): Promise<string | null> {
  const settings = settingsSchema.safeParse(await readJson(join(configFolder, 'settings.json')))
  const installed = installedSchema.safeParse(
    await readJson(join(configFolder, 'plugins', 'installed_plugins.json')),
  )
  if (!settings.success || !installed.success) return null
  const { enabledPlugins } = settings.data
  const name = Object.keys(enabledPlugins).find(
    (key) => key.startsWith('iai-mcp@') && enabledPlugins[key] === true,
  )
  return installed.data.plugins[name ?? '']?.[0]?.installPath ?? null
}

/** What `integration` puts into the user's files, in the plugin's. */
export function inClaudeCodePlugin({ hooks, mcp, afterwards }: Integration, folder: string): Integration {
  const file = join(folder, 'hooks', 'hooks.json')
  return {
    hooks: hooks.map((hook) => ({ ...hook, file })),
    mcp: { ...mcp, file: join(folder, '.mcp.json') },
    afterwards,
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return parse(await readFile(path, 'utf8'), [], { allowTrailingComma: true })
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return null
  }
}
