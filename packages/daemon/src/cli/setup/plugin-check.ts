// A live check of the OpenCode plugin as the configuration names it: the file is loaded as OpenCode would load it, a turn
// goes through its hooks with its own options, is looked up at the daemon, and forgotten again.
import { randomBytes } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { limits } from '../../kit/limits.ts'
import type { memoryList } from '../../operations/memory-list.ts'
import { type Finding, finding } from '../doctor/check.ts'
import type { ResultOf } from '../result-of.ts'
import { isObject } from './change.ts'
import type { CheckContext } from './host.ts'

interface NamedPlugin {
  readonly entry: string
  readonly options: Readonly<Record<string, unknown>>
  /** Relative entries are taken from here. */
  readonly folder: string
}

type Hook = (input: object, output?: object) => Promise<void>

const check = 'OpenCode plugin'

export async function checkPlugin({ daemon, place }: CheckContext, plugin: NamedPlugin): Promise<Finding> {
  const file = await pluginFile(plugin)
  if (file === null)
    return finding(
      'note',
      check,
      `${plugin.entry} is installed by OpenCode itself at its next start; not tried`,
    )
  const text = `A test turn of iai-mcp setup: ${randomBytes(9).toString('hex')}`
  const sessionID = `setup-check-${randomBytes(4).toString('hex')}`
  try {
    await sayThroughPlugin(file, plugin.options, place.config.dataDir, sessionID, text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return finding('fail', check, `${file} does not work: ${reason}`, 'npm run build, or install it again')
  }
  const found = await turnOf(daemon, sessionID)
  if (found === null)
    return finding('fail', check, 'a turn said through it did not reach the daemon', 'iai-mcp doctor')
  await daemon.call('memory_forget', { ids: [found.id] })
  if (found.text !== text)
    return finding('fail', check, 'a turn said through it arrived altered', 'report this')
  return finding('ok', check, `a test turn went through ${file} into the memory, and was forgotten again`)
}

/** The file that OpenCode would load; null for a package that it installs by itself. */
async function pluginFile({ entry, folder }: NamedPlugin): Promise<string | null> {
  const isPath = entry.startsWith('.') || entry.startsWith('file:') || isAbsolute(entry)
  if (!isPath) return null
  const path = entry.startsWith('file:') ? fileURLToPath(entry) : resolve(folder, entry)
  if (!existsSync(path) || !statSync(path).isDirectory()) return path
  const manifest: unknown = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'))
  const exported = isObject(manifest) && isObject(manifest.exports) ? manifest.exports['./server'] : undefined
  return join(path, typeof exported === 'string' ? exported : 'index.js')
}

async function sayThroughPlugin(
  file: string,
  options: object,
  directory: string,
  sessionID: string,
  text: string,
): Promise<void> {
  const { default: plugin } = await import(pathToFileURL(file).href)
  const client = { session: { get: async () => ({ data: {} }) }, app: { log: async () => ({}) } }
  const hooks: Record<string, Hook | undefined> = await plugin.server({ client, directory }, options)
  const message = { id: `msg_${sessionID}`, sessionID, role: 'user', time: { created: Date.now() } }
  const part = { id: `prt_${sessionID}`, messageID: message.id, sessionID, type: 'text', text }
  await hooks['chat.message']?.({ sessionID }, { message, parts: [part] })
  await hooks.dispose?.({})
}

/** A turn arrives a moment after it was said. */
async function turnOf(daemon: CheckContext['daemon'], session: string) {
  const pollMs = 50
  for (let waited = 0; waited < limits.setupCheckMsMax; waited += pollMs) {
    const params = { session_id: session, client: 'opencode', all_projects: true }
    const { memories } = await daemon.call<ResultOf<typeof memoryList>>('memory_list', params)
    if (memories[0] !== undefined) return memories[0]
    await wait(pollMs)
  }
  return null
}
