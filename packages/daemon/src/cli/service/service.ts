// `iai-mcp service`: lets the system's service manager run the daemon for this user, for those who want it always there.
import { lstatSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Command } from 'commander'
import type { Config } from '../../config/config.ts'
import { servicePlaces } from '../../config/environment.ts'
import { AppError, isAppError } from '../../kit/errors.ts'
import { prepareDataDir } from '../../lifecycle/data-dir.ts'
import { daemonStatus } from '../client.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { ownCommand, runsFromNpxCache } from '../daemon-command.ts'
import { UsageError } from '../exit-codes.ts'
import { type ConfigText, readConfigText, writeConfigBytes } from '../setup/config-text.ts'
import { removeEmptyFolders } from '../setup/ledger.ts'
import { stopDaemon } from '../stop.ts'
import { type ServiceManager, serviceManager } from './manager.ts'

const actions = { install, remove, status } as const

export function addService(cli: Cli): void {
  const command: Command = cli.command(
    'service <action>',
    `Run the daemon as a service of this user: ${Object.keys(actions).join(', ')}`,
  )
  command.action(async (action: string, options: CommonOptions) => {
    if (!isAction(action))
      throw new UsageError(`service knows ${Object.keys(actions).join(', ')}, not "${action}"`)
    await actions[action](cli, options, serviceManager(servicePlaces()), cli.config(options))
  })
}

function isAction(text: string): text is keyof typeof actions {
  return Object.hasOwn(actions, text)
}

async function install(
  cli: Cli,
  options: CommonOptions,
  manager: ServiceManager,
  config: Config,
): Promise<void> {
  const { file, name } = manager
  const text = manager.text({ command: serviceCommand(config), dataDir: config.dataDir })
  const found = await readConfigText(file)
  const problem = await manager.problem()
  if (problem !== null)
    throw new AppError('unavailable', `${problem}\nNothing was installed. ${withoutService}`)
  await prepareDataDir(config.dataDir)
  const made = await writeConfigBytes(found.realPath, Buffer.from(text, 'utf8'), 0o644)
  // A daemon that a host started holds the data directory; the service takes its place.
  const running = await daemonStatus(config.socketPath)
  if (running !== null && found.text !== text) await stopDaemon(running)
  try {
    await manager.enable()
  } catch (error) {
    throw new AppError('unavailable', `${messageOf(error)}\n${await takeBack(manager, found, made)}`)
  }
  const state = await manager.state()
  cli.show(options, { installed: true, manager: name, file, state }, [
    [`${file} is in place; ${name} says: ${state}.`],
    ['Stop and remove it with: iai-mcp service remove'],
  ])
}

const withoutService =
  'Without a service the hosts start the daemon when they need it, or you do: iai-mcp daemon'

/** After a failed install: everything as it was before. Says what became of it. */
async function takeBack(
  manager: ServiceManager,
  found: ConfigText,
  made: readonly string[],
): Promise<string> {
  const { file, links } = manager
  try {
    if (found.bytes !== null) {
      await writeConfigBytes(found.realPath, found.bytes, found.mode)
      return `${file} is as it was before.`
    }
    await manager.disable().catch(ignoreManager)
    for (const path of [...links, found.realPath]) rmSync(path, { force: true })
    removeEmptyFolders([...made, ...links.map(dirname)])
    return `Nothing of the service stays. ${withoutService}`
  } catch (error) {
    return `${file} could not be taken back (${messageOf(error)}); remove it with: iai-mcp service remove`
  }
}

/** What it refuses to take away is taken away by hand. */
function ignoreManager(error: unknown): void {
  if (!isAppError(error)) throw error
}

async function remove(
  cli: Cli,
  options: CommonOptions,
  { file, name, links, ...manager }: ServiceManager,
  { socketPath }: Config,
): Promise<void> {
  const { bytes, realPath } = await readConfigText(file)
  const isThere = bytes !== null || links.some((link) => isFileOrLink(link))
  if (!isThere) {
    cli.show(options, { removed: false, manager: name, file }, [['There is no service to remove.']])
    return
  }
  const problem = await manager.disable().then(
    () => null,
    (error: unknown) => {
      ignoreManager(error)
      return messageOf(error)
    },
  )
  for (const path of [...links, realPath]) rmSync(path, { force: true })
  removeEmptyFolders(links.map(dirname))
  const runs = (await daemonStatus(socketPath)) !== null
  const result = { removed: true, manager: name, file, manager_problem: problem, daemon_runs: runs }
  cli.show(options, result, [
    [`${file} is removed.`],
    ...(problem === null ? [] : [[`${name} could not be told, and will know at its next start: ${problem}`]]),
    [runs ? 'A daemon still runs; end it with: iai-mcp stop' : 'No daemon runs.'],
  ])
}

function isFileOrLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

async function status(
  cli: Cli,
  options: CommonOptions,
  manager: ServiceManager,
  { socketPath }: Config,
): Promise<void> {
  const { file, name } = manager
  const isInstalled = (await readConfigText(file)).bytes !== null
  const { state, problem } = isInstalled ? await stateOf(manager) : { state: 'not installed', problem: null }
  const pid = (await daemonStatus(socketPath))?.pid ?? null
  cli.show(options, { installed: isInstalled, manager: name, file, state, problem, daemon_pid: pid }, [
    [`${name}: ${state} (${file})`],
    ...(problem === null ? [] : [[`${name} cannot be asked: ${problem}`]]),
    [pid === null ? 'No daemon runs.' : `A daemon runs: process ${pid}.`],
  ])
  if (problem !== null) cli.fail()
}

async function stateOf(
  manager: ServiceManager,
): Promise<{ readonly state: string; readonly problem: string | null }> {
  try {
    return { state: await manager.state(), problem: null }
  } catch (error) {
    if (!isAppError(error)) throw error
    return { state: 'unknown', problem: (await manager.problem()) ?? error.message }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A service outlives the cache that npx runs from. */
function serviceCommand({ dataDir, socketPath, sources }: Config) {
  const place = [
    ...(sources.dataDir === 'default' ? [] : ['--data-dir', dataDir]),
    ...(sources.socketPath.startsWith('flag') || sources.socketPath.startsWith('IAI')
      ? ['--socket', socketPath]
      : []),
  ]
  const command = ownCommand('daemon', '--http', ...place)
  if (runsFromNpxCache())
    throw new AppError(
      'unavailable',
      'this runs from the cache of npx, which may be emptied at any time. Install it first: npm install -g iai-mcp',
    )
  return command
}
