// `iai-mcp service`: lets the system's service manager run the daemon for this user, for those who want it always there.
import { rmSync } from 'node:fs'
import type { Command } from 'commander'
import type { Config } from '../../config/config.ts'
import { servicePlaces } from '../../config/environment.ts'
import { AppError } from '../../kit/errors.ts'
import { prepareDataDir } from '../../lifecycle/data-dir.ts'
import { daemonStatus } from '../client.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { ownCommand, runsFromNpxCache } from '../daemon-command.ts'
import { UsageError } from '../exit-codes.ts'
import { readConfigText, writeConfigBytes } from '../setup/config-text.ts'
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
  await prepareDataDir(config.dataDir)
  await writeConfigBytes(found.realPath, Buffer.from(text, 'utf8'), 0o644)
  // A daemon that a host started holds the data directory; the service takes its place.
  const running = await daemonStatus(config.socketPath)
  if (running !== null && found.text !== text) await stopDaemon(running)
  await manager.enable()
  const state = await manager.state()
  cli.show(options, { installed: true, manager: name, file, state }, [
    [`${file} is in place; ${name} says: ${state}.`],
    ['Stop and remove it with: iai-mcp service remove'],
  ])
}

async function remove(
  cli: Cli,
  options: CommonOptions,
  { file, name, ...manager }: ServiceManager,
): Promise<void> {
  const { bytes, realPath } = await readConfigText(file)
  if (bytes === null) {
    cli.show(options, { removed: false, manager: name, file }, [['There is no service to remove.']])
    return
  }
  await manager.disable()
  rmSync(realPath)
  cli.show(options, { removed: true, manager: name, file }, [
    [`${file} is removed, and the daemon has stopped.`],
  ])
}

async function status(cli: Cli, options: CommonOptions, manager: ServiceManager): Promise<void> {
  const { file, name } = manager
  const isInstalled = (await readConfigText(file)).bytes !== null
  const state = isInstalled ? await manager.state() : 'not installed'
  cli.show(options, { installed: isInstalled, manager: name, file, state }, [[`${name}: ${state} (${file})`]])
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
