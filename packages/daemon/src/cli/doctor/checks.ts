// The checks of `doctor`, in the order in which a start would meet what they look at. They change nothing.
import { stat, statfs } from 'node:fs/promises'
import type { Config } from '../../config/config.ts'
import { hostEnvironment } from '../../config/environment.ts'
import { type AppError, errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { findDataDirProblem } from '../../lifecycle/data-dir.ts'
import { describeKeyPlan, planKey } from '../../lifecycle/key.ts'
import { readHolder } from '../../lifecycle/lock.ts'
import { readPackageInfo } from '../../lifecycle/package-info.ts'
import { portFilePath, readPortFile } from '../../transport/http/port-file.ts'
import { readToken, tokenFilePath } from '../../transport/http/token.ts'
import { countSpool, daemonStatus } from '../client.ts'
import { type Finding, finding } from './check.ts'
import { claudeCodeHooks, codexHooks } from './host-hooks.ts'
import { findPluginEntry } from './open-code-config.ts'

/** What the checks look at. */
export interface Subject {
  readonly config: Config
  /** What is wrong with the settings; `config` has the defaults in their place. */
  readonly problems: readonly AppError[]
  readonly cwd: string
  /** What the running daemon says of itself, asked once; null when none runs. */
  daemon(): Promise<Readonly<Record<string, unknown>> | null>
}

/** One check: a finding, or an error, which is a failure with its message as the finding. */
export interface Check {
  readonly name: string
  run(subject: Subject): Promise<Finding>
}

export function createSubject(
  { config, problems }: Pick<Subject, 'config' | 'problems'>,
  cwd: string,
): Subject {
  let asked: ReturnType<Subject['daemon']> | undefined
  const daemon = () => {
    asked ??= daemonStatus(config.socketPath)
    return asked
  }
  return { config, problems, cwd, daemon }
}

export const checks: readonly Check[] = [
  { name: 'Node', run: async () => nodeVersion() },
  { name: 'configuration', run: configuration },
  { name: 'data directory', run: ({ config }) => dataDirectory(config.dataDir) },
  { name: 'key', run: keySource },
  { name: 'daemon', run: daemonRuns },
  { name: 'HTTP port', run: httpPort },
  { name: 'HTTP token', run: httpToken },
  { name: 'spool', run: ({ config }) => spool(config.dataDir) },
  { name: 'disk space', run: ({ config }) => diskSpace(config.dataDir) },
  { name: 'OpenCode plugin', run: ({ cwd }) => openCode(cwd) },
  { name: 'Claude Code hooks', run: () => claudeCodeHooks(hostEnvironment()) },
  { name: 'Codex hooks', run: () => codexHooks(hostEnvironment()) },
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

async function dataDirectory(path: string): Promise<Finding> {
  const problem = await findDataDirProblem(path)
  if (problem === 'missing')
    return finding('note', 'data directory', `${path} is not there yet; the first start makes it`)
  if (problem !== null) throw problem
  return finding('ok', 'data directory', `${path}, private`)
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

async function daemonRuns({ config: { dataDir, socketPath }, daemon }: Subject): Promise<Finding> {
  const status = await daemon()
  if (status !== null)
    return finding('ok', 'daemon', `version ${status.version}, process ${status.pid}, ${status.state}`)
  const holder = readHolder(dataDir)
  const last = holder === null ? '' : `; process ${holder.pid} did not end cleanly`
  return finding('warn', 'daemon', `none answers at ${socketPath}${last}`, 'iai-mcp daemon --http')
}

async function httpPort({ config: { dataDir }, daemon }: Subject): Promise<Finding> {
  const port = readPortFile(dataDir)
  const running = await daemon()
  if (running === null) {
    if (port === null) return finding('note', 'HTTP port', 'none while no daemon runs')
    return finding('note', 'HTTP port', `${portFilePath(dataDir)} is left over; the next start replaces it`)
  }
  if (running.http_port === null)
    return finding(
      'warn',
      'HTTP port',
      'the daemon serves no HTTP',
      'iai-mcp stop, then: iai-mcp daemon --http',
    )
  if (port === null || port !== running.http_port)
    return finding(
      'fail',
      'HTTP port',
      `${portFilePath(dataDir)} does not hold ${running.http_port}`,
      'free space on its disk if there is none, or restart the daemon',
    )
  const status = await statusOf(port, '/healthz')
  if (status !== 200) return finding('fail', 'HTTP port', `${port} answers ${status}`, 'restart the daemon')
  return finding('ok', 'HTTP port', `${port} answers`)
}

/** Asks the running daemon rather than this shell's settings: it may have been started with others. */
async function httpToken({ config }: Subject): Promise<Finding> {
  const { dataDir, httpAuth } = config
  const port = readPortFile(dataDir)
  const open = port === null ? null : await statusOf(port, '/memory/session-context').catch(() => null)
  if (open === 200 || (open === null && httpAuth === 'off'))
    return finding(
      'warn',
      'HTTP token',
      'not asked for: every program on this machine can read the memory',
      `${howToAskForIt(config)}, and start the daemon again`,
    )
  if (readToken(dataDir) === null)
    return finding('note', 'HTTP token', 'none yet; made when the daemon first serves HTTP')
  return finding('ok', 'HTTP token', `${tokenFilePath(dataDir)}, private`)
}

/** Names the place where it is turned off. */
function howToAskForIt({ httpAuth, sources, configFile }: Config): string {
  if (httpAuth !== 'off') return 'it was started with other settings than these: leave out --http-auth off'
  if (sources.httpAuth === 'config.json') return `remove "http_auth" from ${configFile}`
  return `unset ${sources.httpAuth}`
}

/** HTTP status of a GET without a token. */
async function statusOf(port: number, path: string): Promise<number> {
  const signal = AbortSignal.timeout(limits.doctorWaitMsMax)
  return (await fetch(`http://127.0.0.1:${port}${path}`, { signal })).status
}

async function spool(dataDir: string): Promise<Finding> {
  const { folder, waiting, failed, rejected } = await countSpool(dataDir)
  if (failed + rejected > 0) {
    const remedies = [
      failed === 0 ? '' : `.failed files are tried again when the daemon starts: restart it, and see its log`,
      rejected === 0
        ? ''
        : `.rejected files hold lines that no daemon can take in: look at them, then delete`,
    ]
    return finding(
      'warn',
      'spool',
      `in ${folder}: ${failed} files the daemon failed over, ${rejected} with lines it refused`,
      remedies.filter((remedy) => remedy !== '').join('; '),
    )
  }
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
  return finding('note', 'OpenCode plugin', 'in no configuration that was found', 'iai-mcp setup')
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
