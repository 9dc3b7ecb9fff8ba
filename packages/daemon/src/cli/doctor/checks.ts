// The checks of `doctor`, in the order in which a start would meet what they look at. They change nothing; what can be
// mended safely comes with a `fix`, which only --fix runs.
import { stat, statfs } from 'node:fs/promises'
import { hostEnvironment } from '../../config/environment.ts'
import { errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { describeKeyPlan, planKey } from '../../lifecycle/key.ts'
import { readPackageInfo } from '../../lifecycle/package-info.ts'
import { type Finding, finding } from './check.ts'
import { daemonRuns, httpPort, httpToken } from './daemon-checks.ts'
import { dataDirCheck, dataDirectory, fileModes, leftovers } from './file-checks.ts'
import { claudeCodeHooks, codexHooks } from './host-hooks.ts'
import { mcpServers } from './host-servers.ts'
import { meaning } from './meaning-check.ts'
import { openCodePluginNamed } from './open-code-config.ts'
import { processes } from './process-checks.ts'
import { spool } from './spool-check.ts'
import { model, store } from './store-checks.ts'
import type { Check, Subject } from './subject.ts'

export const checks: readonly Check[] = [
  { name: 'Node', run: async () => nodeVersion() },
  { name: 'configuration', run: configuration },
  { name: dataDirCheck, run: dataDirectory },
  { name: 'files', isInside: true, run: fileModes },
  { name: 'key', isInside: true, run: keySource },
  { name: 'store', isInside: true, run: store },
  { name: 'model', run: model },
  { name: 'daemon', isInside: true, run: daemonRuns },
  { name: 'processes', run: processes },
  { name: 'leftovers', isInside: true, run: leftovers },
  { name: 'HTTP port', isInside: true, run: httpPort },
  { name: 'HTTP token', isInside: true, run: httpToken },
  { name: 'by meaning', run: meaning },
  { name: 'spool', isInside: true, run: spool },
  { name: 'disk space', run: ({ config }) => diskSpace(config.dataDir) },
  { name: 'OpenCode plugin', run: ({ cwd }) => openCodePluginNamed(cwd) },
  { name: 'Claude Code hooks', run: () => claudeCodeHooks(hostEnvironment()) },
  { name: 'Codex hooks', run: () => codexHooks(hostEnvironment()) },
  { name: 'MCP servers', run: () => mcpServers(hostEnvironment()) },
]

function nodeVersion(): Finding {
  const { nodeNeeded } = readPackageInfo()
  return finding('ok', 'Node', `${process.versions.node} (needed: ${nodeNeeded})`)
}

async function configuration({ config, problems }: Subject): Promise<Finding> {
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('; '))
  const chosen = Object.values(config.sources).filter((source) => source !== 'default')
  const from = chosen.length === 0 ? 'all defaults' : `read from ${[...new Set(chosen)].join(', ')}`
  return finding('ok', 'configuration', from)
}

/** A running daemon has opened the store, whatever this shell's environment would open. */
async function keySource({ config: { dataDir, passphrase }, daemon }: Subject): Promise<Finding> {
  const running = await daemon().catch(() => null) // the next check says why it cannot be asked
  if (typeof running?.key_source === 'string')
    return finding('ok', 'key', `${running.key_source}, in use by the running daemon`)
  const plan = planKey(dataDir, passphrase !== null)
  const source = describeKeyPlan(dataDir, plan)
  if (plan.kind === 'missing') return finding('fail', 'key', source, plan.remedy)
  if (plan.kind === 'new key file' || plan.kind === 'new passphrase')
    return finding('note', 'key', `${source}; set up by the first start`)
  return finding('ok', 'key', source)
}

async function diskSpace(dataDir: string): Promise<Finding> {
  if (!(await exists(dataDir))) return finding('note', 'disk space', 'not looked at: no data directory yet')
  const { bavail, bsize } = await statfs(dataDir)
  return judgeDiskSpace(bavail * bsize, dataDir)
}

/** `free` in bytes. Pure. */
export function judgeDiskSpace(free: number, dataDir: string): Finding {
  const found = `${Math.floor(free / 1024 / 1024)} MB free`
  if (free >= limits.diskFreeBytesWarn) return finding('ok', 'disk space', found)
  return finding('warn', 'disk space', found, `free some on the disk that holds ${dataDir}`)
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}
