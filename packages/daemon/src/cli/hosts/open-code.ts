// OpenCode: where its configuration is, our entry in its plugin list, and the file that it would load for it. Checked
// against version 1.18.33.
import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'jsonc-parser'

export const openCodeFileNames = ['opencode.jsonc', 'opencode.json', 'config.json'] as const

/** OpenCode reads all of these; the one that exists is the one the user knows. */
export function openCodeConfigFile(folder: string): string {
  const files = openCodeFileNames.map((name) => join(folder, name))
  return files.find((file) => existsSync(file)) ?? join(folder, 'opencode.json')
}

export const openCodeServer = ['mcp', 'iai-mcp'] as const

/** Whether an item of the plugin list is ours, also one of an earlier place or release; `plugin` is what we name now. */
export function isOurPlugin(plugin: string, item: unknown): boolean {
  const name = pluginName(item)
  return (
    name === plugin ||
    /(?:^|\/)iai-mcp-opencode(?:@[^/]+|\.js)?$/.test(name) ||
    /iai-mcp[^/]*\/packages\/opencode\/?$/.test(name)
  )
}

/** An item is a name, or a name and options. */
export function pluginName(item: unknown): string {
  const name: unknown = Array.isArray(item) ? item[0] : item
  return typeof name === 'string' ? name : ''
}

export function pluginOptions(item: unknown): Readonly<Record<string, unknown>> {
  const options: unknown = Array.isArray(item) ? item[1] : undefined
  return typeof options === 'object' && options !== null ? { ...options } : {}
}

/** The file that OpenCode would load; null for a package that it installs by itself. Relative names are of `folder`. */
export async function pluginFile(name: string, folder: string): Promise<string | null> {
  const isPath = name.startsWith('.') || name.startsWith('file:') || isAbsolute(name)
  if (!isPath) return null
  const path = name.startsWith('file:') ? fileURLToPath(name) : resolve(folder, name)
  if (!existsSync(path) || !statSync(path).isDirectory()) return path
  const manifest = join(path, 'package.json')
  const exported: unknown = existsSync(manifest)
    ? parse(await readFile(manifest, 'utf8'))?.exports?.['./server']
    : undefined
  return join(path, typeof exported === 'string' ? exported : 'index.js')
}
