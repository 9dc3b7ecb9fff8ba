// The checks of `doctor`, in the order in which a start would meet what they look at. They change nothing.
import { stat, statfs } from 'node:fs/promises'
import type { Config } from '../../config/config.ts'
import { errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { findDataDirProblem } from '../../lifecycle/data-dir.ts'
import { describeKeyPlan, planKey } from '../../lifecycle/key.ts'
import { readHolder } from '../../lifecycle/lock.ts'
import { readPackageInfo } from '../../lifecycle/package-info.ts'
import { portFilePath, readPortFile } from '../../transport/http/port-file.ts'
import { readToken, tokenFilePath } from '../../transport/http/token.ts'
import { countSpool, daemonStatus } from '../client.ts'
import { type Finding, finding } from './check.ts'
import { findPluginEntry } from './open-code-config.ts'

/** One check: a finding, or an error, which is a failure with its message as the finding. */
export interface Check {
  readonly name: string
  run(config: Config, cwd: string): Promise<Finding>
}

export const checks: readonly Check[] = [
  { name: 'Node', run: async () => nodeVersion() },
  { name: 'data directory', run: ({ dataDir }) => dataDirectory(dataDir) },
  { name: 'key', run: keySource },
  { name: 'daemon', run: daemonRuns },
  { name: 'HTTP port', run: httpPort },
  { name: 'HTTP token', run: httpToken },
  { name: 'spool', run: ({ dataDir }) => spool(dataDir) },
  { name: 'disk space', run: ({ dataDir }) => diskSpace(dataDir) },
  { name: 'OpenCode plugin', run: (_, cwd) => openCode(cwd) },
]

function nodeVersion(): Finding {
  const { nodeNeeded } = readPackageInfo()
  return finding('ok', 'Node', `${process.versions.node} (needed: ${nodeNeeded})`)
}

async function dataDirectory(path: string): Promise<Finding> {
  const problem = await findDataDirProblem(path)
  if (problem === 'missing')
    return finding('note', 'data directory', `${path} is not there yet; the first start makes it`)
  if (problem !== null) throw problem
  return finding('ok', 'data directory', `${path}, private`)
}

async function keySource({ dataDir, passphrase }: Config): Promise<Finding> {
  const plan = planKey(dataDir, passphrase !== null)
  const source = describeKeyPlan(dataDir, plan)
  if (plan.kind === 'missing') return finding('fail', 'key', source, plan.remedy)
  if (plan.kind === 'new key file' || plan.kind === 'new passphrase')
    return finding('note', 'key', `${source}; set up by the first start`)
  return finding('ok', 'key', source)
}

async function daemonRuns({ dataDir, socketPath }: Config): Promise<Finding> {
  const status = await daemonStatus(socketPath)
  if (status !== null)
    return finding('ok', 'daemon', `version ${status.version}, process ${status.pid}, ${status.state}`)
  const holder = readHolder(dataDir)
  const last = holder === null ? '' : `; process ${holder.pid} did not end cleanly`
  return finding('warn', 'daemon', `none answers at ${socketPath}${last}`, 'iai-mcp daemon --http')
}

async function httpPort({ dataDir, socketPath }: Config): Promise<Finding> {
  const port = readPortFile(dataDir)
  const daemon = await daemonStatus(socketPath)
  if (daemon === null) {
    if (port === null) return finding('note', 'HTTP port', 'none while no daemon runs')
    return finding('note', 'HTTP port', `${portFilePath(dataDir)} is left over; the next start replaces it`)
  }
  if (daemon.http_port === null)
    return finding(
      'warn',
      'HTTP port',
      'the daemon serves no HTTP',
      'iai-mcp stop, then: iai-mcp daemon --http',
    )
  if (port === null || port !== daemon.http_port)
    return finding(
      'fail',
      'HTTP port',
      `${portFilePath(dataDir)} does not hold ${daemon.http_port}`,
      'restart it',
    )
  const status = await statusOf(port, '/healthz')
  if (status !== 200) return finding('fail', 'HTTP port', `${port} answers ${status}`, 'restart the daemon')
  return finding('ok', 'HTTP port', `${port} answers`)
}

/** Asks the running daemon rather than this shell's settings: it may have been started with others. */
async function httpToken({ dataDir, httpAuth }: Config): Promise<Finding> {
  const port = readPortFile(dataDir)
  const open = port === null ? null : await statusOf(port, '/memory/session-context').catch(() => null)
  if (open === 200 || (open === null && httpAuth === 'off'))
    return finding(
      'warn',
      'HTTP token',
      'not asked for: every program on this machine can read the memory',
      'unset IAI_DAEMON_HTTP_AUTH and start the daemon again',
    )
  if (readToken(dataDir) === null)
    return finding('note', 'HTTP token', 'none yet; made when the daemon first serves HTTP')
  return finding('ok', 'HTTP token', `${tokenFilePath(dataDir)}, private`)
}

/** HTTP status of a GET without a token. */
async function statusOf(port: number, path: string): Promise<number> {
  const signal = AbortSignal.timeout(limits.doctorWaitMsMax)
  return (await fetch(`http://127.0.0.1:${port}${path}`, { signal })).status
}

async function spool(dataDir: string): Promise<Finding> {
  const { folder, waiting, failed, rejected } = await countSpool(dataDir)
  if (failed + rejected > 0)
    return finding(
      'warn',
      'spool',
      `${failed} files could not be taken in, ${rejected} hold refused lines`,
      `look at the .failed and .rejected files in ${folder}`,
    )
  if (waiting > 0) return finding('note', 'spool', `${waiting} files wait for the daemon to take them in`)
  return finding('ok', 'spool', 'empty')
}

async function diskSpace(dataDir: string): Promise<Finding> {
  if (!(await exists(dataDir))) return finding('note', 'disk space', 'not looked at: no data directory yet')
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  const found = `${Math.floor(free / 1024 / 1024)} MB free`
  if (free >= limits.diskFreeBytesWarn) return finding('ok', 'disk space', found)
  return finding('warn', 'disk space', found, `free some on the disk that holds ${dataDir}`)
}

async function openCode(cwd: string): Promise<Finding> {
  const file = await findPluginEntry(cwd)
  if (file !== null) return finding('ok', 'OpenCode plugin', `named in ${file}`)
  return finding(
    'note',
    'OpenCode plugin',
    'in no configuration that was found',
    'add what the daemon printed at start to opencode.json',
  )
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
