// The released programs the host tests run against, pinned, in a cache folder of the checkout that git does not
// track. Hundreds of megabytes, so they are no dependencies of the project and are installed once.
import { execFile } from 'node:child_process'
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

export const openCodeVersion = '1.18.33'
const claudeCodeVersion = '2.1.330'
const codexVersion = '0.169.0'

const run = promisify(execFile)
const cacheFolder = resolve(import.meta.dirname, '../../.cache/hosts')
const installMsMax = 10 * 60_000

interface Host {
  readonly name: string
  readonly version: string
  readonly packages: readonly string[]
}

const openCode: Host = {
  name: 'opencode',
  version: openCodeVersion,
  packages: [`opencode-ai@${openCodeVersion}`],
}

const claudeCode: Host = {
  name: 'claude-code',
  version: claudeCodeVersion,
  packages: [`@anthropic-ai/claude-code@${claudeCodeVersion}`],
}

const codex: Host = {
  name: 'codex',
  version: codexVersion,
  packages: [`@openai/codex@${codexVersion}`],
}

/** The protocol's own checkers: the conformance suite and the inspector's command line. */
const mcpCheckers: Host = {
  name: 'mcp-checkers',
  version: '1',
  packages: ['@modelcontextprotocol/conformance@0.1.16', '@modelcontextprotocol/inspector@2.12.0'],
}

/** Installs what is missing; says so, because it takes a while the first time. */
export async function installHosts(say: (line: string) => void): Promise<void> {
  for (const host of [openCode, claudeCode, codex, mcpCheckers]) await installHost(host, say)
}

/** Entry files of the protocol's checkers. */
export function mcpCheckerPrograms(): { readonly conformance: string; readonly inspector: string } {
  const scope = join(hostFolder(mcpCheckers), 'node_modules/@modelcontextprotocol')
  return {
    conformance: join(scope, 'conformance/dist/index.js'),
    inspector: join(scope, 'inspector/clients/launcher/build/index.js'),
  }
}

/** Path of the OpenCode program for this machine. Rejects when it is not installed. */
export async function openCodeProgram(): Promise<string> {
  const variant = (await lacksAvx2()) ? '-baseline' : ''
  const system = platform() === 'win32' ? 'windows' : platform()
  const name = `opencode-${system}-${arch()}${variant}`
  const path = join(hostFolder(openCode), 'node_modules', name, 'bin', 'opencode')
  await access(path)
  return path
}

/** Path of the Claude Code program for this machine. Rejects when it is not installed. */
export async function claudeCodeProgram(): Promise<string> {
  const name = `claude-code-${platform()}-${arch()}`
  const path = join(hostFolder(claudeCode), 'node_modules/@anthropic-ai', name, 'claude')
  await access(path)
  return path
}

/** Path of the Codex program for this machine. Rejects when it is not installed. */
export async function codexProgram(): Promise<string> {
  const vendor = join(hostFolder(codex), `node_modules/@openai/codex-${platform()}-${arch()}/vendor`)
  const [target = ''] = await readdir(vendor)
  const path = join(vendor, target, 'bin/codex')
  await access(path)
  return path
}

async function installHost(host: Host, say: (line: string) => void): Promise<void> {
  const folder = hostFolder(host)
  if (await exists(join(folder, 'node_modules'))) return
  say(`installing ${host.name} ${host.version} into ${folder} (about a minute, once)`)
  const fresh = `${folder}.${process.pid}`
  await mkdir(fresh, { recursive: true })
  try {
    await writeFile(join(fresh, 'package.json'), '{ "private": true }\n')
    // Install scripts would download programs of their own; the binaries are in the packages.
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']
    await run('npm', ['install', ...options, ...host.packages], { cwd: fresh, timeout: installMsMax })
    await rename(fresh, folder)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

function hostFolder(host: Host): string {
  return join(cacheFolder, `${host.name}-${host.version}`)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function lacksAvx2(): Promise<boolean> {
  if (platform() !== 'linux' || arch() !== 'x64') return false
  return !/\bavx2\b/.test(await readFile('/proc/cpuinfo', 'utf8'))
}
