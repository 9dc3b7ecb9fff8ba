// The composition root, to be read from top to bottom: what is put together, in which order, and taken back in reverse.
// The parts stand in composition/; there and here alone adapters are picked.
import { createAnswering } from './composition/answering.ts'
import { createBackground } from './composition/background.ts'
import { embeddingHost } from './composition/embedding.ts'
import type { Start } from './composition/start.ts'
import { holdDataDir, openStore } from './composition/store.ts'
import { createTransports, socketAddress } from './composition/transports.ts'
import type { Config } from './config/config.ts'
import { monotonicClock, systemClock } from './kit/clock.ts'
import { assertLimitRelations } from './kit/limit-relations.ts'
import type { Log } from './kit/log.ts'
import { type BannerFacts, banner } from './lifecycle/banner.ts'
import { createIdleExit } from './lifecycle/idle-exit.ts'
import { commandPath, openCodePlugin, readPackageInfo } from './lifecycle/package-info.ts'
import { createPinoLog } from './lifecycle/pino-log.ts'
import { startAll, stopAll } from './lifecycle/services.ts'
import { createFatal, failOnUnhandled, stopOnSignals } from './lifecycle/signals.ts'
import { createUndo, type Undo } from './lifecycle/undo.ts'
import type { DaemonInfo } from './operations/operation.ts'

export interface RunningDaemon {
  readonly facts: BannerFacts
  readonly banner: string
  /** Drains, closes the store, leaves no file but the store and its keys. Idempotent. */
  stop(): Promise<void>
}

/** Runs the daemon as this process: signals stop it, and an error that nobody handles ends it with a message. */
export function runDaemonProcess(config: Config): Promise<RunningDaemon> {
  const log = createPinoLog({ level: config.logLevel })
  const fatal = createFatal(process, log)
  failOnUnhandled(process, fatal)
  // The same way out as for anyone who asks it to end.
  const onIdle = () => void process.kill(process.pid, 'SIGTERM')
  const starting = runDaemon(config, { log, onFatal: fatal, onIdle })
  const stop = () => starting.then((running) => running.stop())
  stopOnSignals({ process, log, now: monotonicClock, stop })
  return starting
}

/** What the daemon needs of the process around it. */
export interface Surroundings {
  readonly log: Log
  /** Called once when nobody has used the daemon for the configured time. */
  onIdle(): void
  /** Called when a part broke that the daemon cannot go on without. */
  onFatal(error: unknown): void
}

/** Rejects with AppError, leaving nothing running and no file of its own behind. */
async function runDaemon(config: Config, surroundings: Surroundings): Promise<RunningDaemon> {
  const undo = createUndo(surroundings.log)
  try {
    return await startParts(config, surroundings, undo)
  } catch (error) {
    await undo.run()
    throw error
  }
}

async function startParts(
  config: Config,
  { log, onFatal, onIdle }: Surroundings,
  undo: Undo,
): Promise<RunningDaemon> {
  assertLimitRelations()
  const { version, folder } = readPackageInfo()
  const start: Start = { config, log, now: systemClock, startedAt: systemClock(), version, undo }
  const { now, startedAt } = start

  await holdDataDir(start)
  const opened = await openStore(start, onFatal)
  const address = socketAddress(config)
  const daemon: DaemonInfo = {
    version,
    pid: process.pid,
    startedAt,
    dataDir: config.dataDir,
    keySource: opened.keySource,
    socketPath: address.kind === 'path' ? address.path : null,
    httpPort: () => transports.httpPort(),
    keptOut: opened.keptOut,
  }
  const answering = createAnswering(start, opened.store, daemon)
  const background = createBackground(start, opened, answering)
  const { copies } = opened
  const transports = await createTransports(start, { answering, background, copies, address })
  const { lastAskedAt } = answering.activity
  const { connections } = transports
  const idleMs = idleMsOf(config)
  const running = [
    ...transports.services,
    ...background.services,
    ...(idleMs === null ? [] : [createIdleExit({ idleMs, connections, lastAskedAt, now, leave: onIdle })]),
  ]
  await startAll(running, log)
  undo.add(() => stopAll(running, log))

  log.info('started', { version, ms: now() - startedAt, http_port: daemon.httpPort() })
  // A full disk must not keep the memory from being read.
  await opened.store
    .recordEvent({ at: now(), kind: 'started', data: { version } })
    .catch((error) => log.error('event_not_recorded', error))
  const facts = factsOf(config, daemon, folder)
  return { facts, banner: banner(facts), stop: () => undo.run() }
}

function factsOf(config: Config, daemon: DaemonInfo, folder: string): BannerFacts {
  return {
    version: daemon.version,
    data_dir: config.dataDir,
    data_dir_chosen: config.sources.dataDir !== 'default',
    key_source: daemon.keySource,
    socket: daemon.socketPath,
    url: urlOf(config, daemon.httpPort()),
    auth: config.httpAuth,
    sends_text_to: embeddingHost(config),
    command: commandPath(folder),
    plugin: openCodePlugin(folder),
  }
}

function urlOf({ httpHost }: Config, port: number | null): string | null {
  if (port === null) return null
  return `http://${httpHost === '::1' ? '[::1]' : '127.0.0.1'}:${port}`
}

function idleMsOf({ idleExitMinutes }: Config): number | null {
  return idleExitMinutes === null || idleExitMinutes === 0 ? null : idleExitMinutes * 60_000
}
