// Does a daemon answer, is it the installed one, and is its port its own?
import type { Config } from '../../config/config.ts'
import { limits } from '../../kit/limits.ts'
import { readHolder } from '../../lifecycle/lock.ts'
import { readPackageInfo } from '../../lifecycle/package-info.ts'
import { portFilePath, readPortFile } from '../../transport/http/port-file.ts'
import { readToken, tokenFilePath } from '../../transport/http/token.ts'
import { askOverHttp, isClientError } from '../client.ts'
import { type Finding, finding } from './check.ts'
import { howToRestart, startedBefore } from './settings-age.ts'
import type { Subject } from './subject.ts'

export async function daemonRuns({ config, daemon }: Subject): Promise<Finding> {
  const { dataDir, socketPath, configFile } = config
  const status = await daemon()
  if (status !== null) {
    const found = `version ${status.version}, process ${status.pid}, ${status.state}`
    const { version } = readPackageInfo()
    if (status.version === version && startedBefore(configFile, status))
      return finding(
        'warn',
        'daemon',
        `${found}; started before ${configFile} was changed, and does not know what changed`,
        howToRestart,
      )
    if (status.version === version) return finding('ok', 'daemon', found)
    return finding('warn', 'daemon', `${found}; installed is ${version}`, 'iai-mcp stop, then start it again')
  }
  const holder = readHolder(dataDir)
  const last = holder === null ? '' : `; process ${holder.pid} did not end cleanly`
  return finding('warn', 'daemon', `none answers at ${socketPath}${last}`, 'iai-mcp daemon --http')
}

export async function httpPort({ config: { dataDir }, daemon }: Subject): Promise<Finding> {
  const port = readPortFile(dataDir)
  const running = await daemon()
  if (running === null) {
    if (port === null) return finding('note', 'HTTP port', 'none while no daemon runs')
    return finding('note', 'HTTP port', `none while no daemon runs; ${portFilePath(dataDir)} is left over`)
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
  try {
    await askOverHttp(dataDir, limits.doctorWaitMsMax)
  } catch (error) {
    if (!isClientError(error)) throw error
    return finding('fail', 'HTTP port', `${port}: ${error.message}`, 'restart the daemon')
  }
  return finding('ok', 'HTTP port', `${port} answers, and proves to be this daemon`)
}

/** Asks the running daemon rather than this shell's settings: it may have been started with others. */
export async function httpToken({ config }: Subject): Promise<Finding> {
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
