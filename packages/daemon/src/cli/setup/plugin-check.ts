// A live check of the OpenCode plugin as the configuration names it: the file is loaded as OpenCode would load it, a turn
// goes through its hooks with its own options, on a trial's memory, and is looked up at its daemon.
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { isAppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import type { memoryList } from '../../operations/memory-list.ts'
import type { Daemon } from '../client.ts'
import { type Finding, finding } from '../doctor/check.ts'
import { pluginFile } from '../hosts/open-code.ts'
import type { ResultOf } from '../result-of.ts'
import type { CheckContext } from './host.ts'

interface NamedPlugin {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
  /** Relative names are taken from here. */
  readonly folder: string
}

type Hook = (input: object, output?: object) => Promise<void>

const check = 'OpenCode plugin'

export async function checkPlugin(
  { trial }: CheckContext,
  { name, options, folder }: NamedPlugin,
): Promise<Finding> {
  const file = await pluginFile(name, folder)
  if (file === null)
    return finding('note', check, `${name} is installed by OpenCode itself at its next start; not tried`)
  if (options.capture === false) return finding('note', check, `${file} is told to keep nothing; not tried`)
  const text = `A test turn of iai-mcp setup: ${randomBytes(9).toString('hex')}`
  const sessionID = `setup-check-${randomBytes(4).toString('hex')}`
  try {
    const inTrial = { ...options, dataDir: trial.inTrialDir(options.dataDir) }
    await sayThroughPlugin(file, inTrial, trial.dataDir, sessionID, text)
  } catch (error) {
    const remedy = isAppError(error) ? 'iai-mcp setup' : 'npm run build, or install it again'
    const reason = error instanceof Error ? error.message : String(error)
    return finding('fail', check, `${file} does not work: ${reason}`, remedy)
  }
  const found = await turnOf(trial.daemon, sessionID)
  if (found === null)
    return finding('fail', check, 'a turn said through it did not reach the daemon', 'iai-mcp doctor')
  if (found.text !== text)
    return finding('fail', check, 'a turn said through it arrived altered', 'report this')
  return finding('ok', check, `a test turn went through ${file} into a memory`)
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
async function turnOf(daemon: Daemon, session: string) {
  const pollMs = 50
  for (let waited = 0; waited < limits.setupCheckMsMax; waited += pollMs) {
    const params = { session_id: session, client: 'opencode', all_projects: true }
    const { memories } = await daemon.call<ResultOf<typeof memoryList>>('memory_list', params)
    if (memories[0] !== undefined) return memories[0]
    await wait(pollMs)
  }
  return null
}
