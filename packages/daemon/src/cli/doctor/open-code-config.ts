// Looks for our plugin in OpenCode's configuration files, by name: they may hold comments, so they are read as text.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCodeConfigFolder } from '../../config/environment.ts'
import { errnoOf } from '../../kit/errors.ts'
import { openCodePlugin, readPackageInfo } from '../../lifecycle/package-info.ts'

const fileNames = ['opencode.json', 'opencode.jsonc', 'config.json']

/** The first file that names the plugin, or null. */
export async function findPluginEntry(
  cwd: string,
  userFolder = openCodeConfigFolder(),
): Promise<string | null> {
  const names = new Set(['iai-mcp-opencode', openCodePlugin(readPackageInfo().folder)])
  const folders = [cwd, join(cwd, '.opencode'), userFolder]
  for (const path of folders.flatMap((folder) => fileNames.map((name) => join(folder, name)))) {
    const text = await readOrEmpty(path)
    if ([...names].some((name) => text.includes(name))) return path
  }
  return null
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return ''
  }
}
