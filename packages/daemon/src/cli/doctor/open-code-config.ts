// Looks for our plugin in OpenCode's configuration files: of the folder that doctor is called in, and of the user.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openCodeConfigFolder } from '../../config/environment.ts'
import { errnoOf } from '../../kit/errors.ts'
import { openCodePlugin, readPackageInfo } from '../../lifecycle/package-info.ts'
import { isOurPlugin, openCodeFileNames, pluginFile, pluginName } from '../hosts/open-code.ts'
import { valueAt } from '../setup/json-value.ts'
import { parseJsonc } from '../setup/jsonc.ts'
import { type Finding, finding } from './check.ts'

const check = 'OpenCode plugin'

/** Raises config_invalid when a file cannot be understood. */
export async function openCodePluginNamed(
  cwd: string,
  userFolder = openCodeConfigFolder(),
): Promise<Finding> {
  const folders = [cwd, join(cwd, '.opencode'), userFolder]
  for (const path of folders.flatMap((folder) => openCodeFileNames.map((name) => join(folder, name)))) {
    const entry = await entryIn(path)
    if (entry === null) continue
    const file = await pluginFile(entry, dirname(path))
    if (file === null || existsSync(file)) return finding('ok', check, `named in ${path}`)
    return finding('fail', check, `${file}, named in ${path}, is not there`, 'iai-mcp setup')
  }
  return finding('note', check, 'in no configuration that was found', 'iai-mcp setup')
}

/** What our entry in the plugin list is called; null when there is none. */
async function entryIn(path: string): Promise<string | null> {
  const ours = openCodePlugin(readPackageInfo().folder)
  const text = await readOrEmpty(path)
  // A folder's config.json may be anybody's; one that is OpenCode's and does not name us is none of our business.
  if (!text.includes('iai-mcp') && !text.includes(ours)) return null
  const list = valueAt(parseJsonc(text, path), ['plugin'])
  const entry = Array.isArray(list) ? list.find((item) => isOurPlugin(ours, item)) : undefined
  return entry === undefined ? null : pluginName(entry)
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return ''
  }
}
