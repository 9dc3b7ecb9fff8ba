// The composition root, to be read from top to bottom: the only place that picks adapters and ties the parts together.
import { join } from 'node:path'
import { createBackgroundWork } from './background/background-work.ts'
import { createSpoolDrain } from './background/spool-drain.ts'
import { createTranscripts } from './background/transcripts.ts'
import type { Config } from './config/config.ts'
import { gitEnvironment, hostEnvironment, takeActivationVariables } from './config/environment.ts'
import { createContextCache } from './context/context-cache.ts'
import { createDispatch } from './dispatch/dispatch.ts'
import { openFileMarks } from './history/file-marks.ts'
import { transcriptClients, transcriptHosts } from './history/transcripts.ts'
import { systemClock } from './kit/clock.ts'
import { uuidV7 } from './kit/ids.ts'
import { limits } from './kit/limits.ts'
import type { Log } from './kit/log.ts'
import { type BannerFacts, banner } from './lifecycle/banner.ts'
import { createControl } from './lifecycle/controls.ts'
import { prepareDataDir } from './lifecycle/data-dir.ts'
import { openKey } from './lifecycle/key.ts'
import { acquireLock } from './lifecycle/lock.ts'
import { openCodePlugin, readPackageInfo } from './lifecycle/package-info.ts'
import { createPinoLog } from './lifecycle/pino-log.ts'
import { startAll, stopAll } from './lifecycle/services.ts'
import { createFatal, failOnUnhandled, stopOnSignals } from './lifecycle/signals.ts'
import { storeFilePath } from './lifecycle/store-file.ts'
import { createUndo, type Undo } from './lifecycle/undo.ts'
import type { DaemonInfo } from './operations/operation.ts'
import { operations } from './operations/operations.ts'
import { createProjectResolver } from './project/project-resolver.ts'
import { openSqliteStore } from './store/sqlite/sqlite-store.ts'
import { withHookLines } from './transport/hooks/hook-lines.ts'
import { createHooks } from './transport/hooks/hooks.ts'
import { createHttpServer, type HttpServer } from './transport/http/http-server.ts'
import { openToken } from './transport/http/token.ts'
import { mcpRoute } from './transport/mcp/http-route.ts'
import { createMcp } from './transport/mcp/mcp.ts'
import { withMcpLines } from './transport/mcp/socket-lines.ts'
import { createRequestIds } from './transport/request-ids.ts'
import { activatedListenFd } from './transport/socket/activation.ts'
import { createSocketServer, type SocketAddress } from './transport/socket/socket-server.ts'

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
  const starting = runDaemon(config, { log, onFatal: fatal })
  const stop = () => starting.then((running) => running.stop())
  stopOnSignals({ process, log, now: () => performance.now(), stop })
  return starting
}

/** What the daemon needs of the process around it. */
export interface Surroundings {
  readonly log: Log
  /** Called when a part broke that the daemon cannot go on without. */
  onFatal(error: unknown): void
}

/** Rejects with AppError, leaving nothing running and no file of its own behind. */
export async function runDaemon(config: Config, surroundings: Surroundings): Promise<RunningDaemon> {
  const undo = createUndo(surroundings.log)
  try {
    return await start(config, surroundings, undo)
  } catch (error) {
    await undo.run()
    throw error
  }
}

async function start(config: Config, { log, onFatal }: Surroundings, undo: Undo): Promise<RunningDaemon> {
  const { dataDir } = config
  const now = systemClock
  const startedAt = now()
  const { version, folder } = readPackageInfo()

  // The data directory, ours alone from here on.
  await prepareDataDir(dataDir)
  const lock = acquireLock(dataDir, { pid: process.pid, startedAt, version })
  undo.add(() => lock.release())

  // The store.
  const { key, source: keySource } = await openKey(dataDir, config.passphrase?.reveal() ?? null)
  const store = await openSqliteStore({ file: storeFilePath(dataDir), key, log, onFatal })
  undo.add(() => store.close())
  undo.add(() => store.recordEvent({ at: now(), kind: 'stopped', data: { version } }))

  // What the daemon can do.
  const address = socketAddress(config)
  const daemon: DaemonInfo = {
    version,
    pid: process.pid,
    startedAt,
    dataDir,
    keySource,
    socketPath: address.kind === 'path' ? address.path : null,
    httpPort: () => http?.port() ?? null,
  }
  const projects = createProjectResolver({ now, env: gitEnvironment() })
  const contextCache = createContextCache()
  const dispatch = createDispatch(operations, {
    store,
    projects,
    contextCache,
    now,
    newId: uuidV7,
    log,
    daemon,
  })

  // What runs beside it, and how it is reached.
  const background = createBackgroundWork({
    tasks: [createSpoolDrain({ dataDir, dispatch, store, now, log })],
    everyMs: limits.spoolDrainEveryMs,
    log,
  })
  const common = { dispatch, log, clock: now, requestIds: createRequestIds() }
  const mcp = createMcp({ ...common, version })
  const transcripts = createTranscripts({
    hosts: transcriptHosts(hostEnvironment()),
    marks: await openFileMarks({
      path: join(dataDir, '.transcript-marks.jsonl'),
      storeFile: storeFilePath(dataDir),
      filesMax: limits.transcriptsKnownMax,
    }),
    dispatch,
    now,
    log,
  })
  const hooks = createHooks({ ...common, transcripts, recallsFirstPrompt: config.promptRecall === 'first' })
  const controls = createControl({ daemon, background, now })
  const control = withHookLines(withMcpLines(controls, mcp), hooks, transcriptClients)
  const socket = createSocketServer({ ...common, control, address })
  const http: HttpServer | null =
    config.httpPort === null
      ? null
      : createHttpServer({
          ...common,
          host: config.httpHost,
          port: config.httpPort,
          dataDir,
          furtherRoutes: new Map([['/mcp', mcpRoute(mcp)]]),
          auth: config.httpAuth === 'off' ? { kind: 'off' } : { kind: 'token', ...openToken(dataDir, log) },
        })
  const services = [transcripts, socket, ...(http === null ? [] : [http]), background]
  await startAll(services, log)
  undo.add(() => stopAll(services, log))
  log.info('started', { version, ms: now() - startedAt, http_port: daemon.httpPort() })
  // A full disk must not keep the memory from being read.
  await store
    .recordEvent({ at: now(), kind: 'started', data: { version } })
    .catch((error) => log.error('event_not_recorded', error))

  const facts: BannerFacts = {
    version,
    data_dir: dataDir,
    data_dir_chosen: config.sources.dataDir !== 'default',
    key_source: keySource,
    socket: daemon.socketPath,
    url: urlOf(config, daemon.httpPort()),
    auth: config.httpAuth,
    plugin: openCodePlugin(folder),
  }
  return { facts, banner: banner(facts), stop: () => undo.run() }
}

/** The socket that the service manager handed over, else our own. */
function socketAddress(config: Config): SocketAddress {
  const fd = activatedListenFd(takeActivationVariables(), process.pid)
  return fd === null ? { kind: 'path', path: config.socketPath } : { kind: 'fd', fd }
}

function urlOf({ httpHost }: Config, port: number | null): string | null {
  if (port === null) return null
  return `http://${httpHost === '::1' ? '[::1]' : '127.0.0.1'}:${port}`
}
