// The composition root, to be read from top to bottom: the only place that picks adapters and ties the parts together.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type BackgroundWork, createBackgroundWork } from './background/background-work.ts'
import { createConsolidationWorker } from './background/consolidation-worker.ts'
import { createConsolidator } from './background/consolidator.ts'
import { createDailyBackup, type DailyBackupOptions } from './background/daily-backup.ts'
import { createDailyCheck, createSessionCheck, type HistoryCheckOptions } from './background/history-check.ts'
import { createSpoolDrain } from './background/spool-drain.ts'
import { createSpoolLook } from './background/spool-look.ts'
import { createTranscripts } from './background/transcripts.ts'
import { createVectorKeeping, type VectorKeeping } from './background/vector-keeping.ts'
import type { Config } from './config/config.ts'
import { gitEnvironment, hostEnvironment, takeActivationVariables } from './config/environment.ts'
import { createContextCache } from './context/context-cache.ts'
import { watchActivity } from './dispatch/activity.ts'
import { createDispatch } from './dispatch/dispatch.ts'
import { builtinModelFile, startBuiltinEmbedder } from './embedding/builtin/builtin-embedder.ts'
import { codeBitsOf } from './embedding/codes.ts'
import type { Embedder } from './embedding/embedder.ts'
import { embeddingOff } from './embedding/embedding-state.ts'
import { openHttpEmbedder } from './embedding/http/http-embedder.ts'
import { startCodeSearch } from './embedding/index/code-search.ts'
import { createSharedThread, type SharedThread } from './embedding/shared-thread.ts'
import { openTransformersEmbedder } from './embedding/transformers/transformers-embedder.ts'
import { createVectorIndex } from './embedding/vector-index.ts'
import { openFileMarks } from './history/file-marks.ts'
import { transcriptClients, transcriptHosts } from './history/transcripts.ts'
import { monotonicClock, systemClock } from './kit/clock.ts'
import { uuidV7 } from './kit/ids.ts'
import { assertLimitRelations } from './kit/limit-relations.ts'
import { limits } from './kit/limits.ts'
import type { Log } from './kit/log.ts'
import { removeUnfinished } from './kit/private-file.ts'
import { type BannerFacts, banner } from './lifecycle/banner.ts'
import { createControl } from './lifecycle/controls.ts'
import { prepareDataDir } from './lifecycle/data-dir.ts'
import { createIdleExit } from './lifecycle/idle-exit.ts'
import { withKeepingLines } from './lifecycle/keeping-lines.ts'
import { openKey, type StoreKey } from './lifecycle/key.ts'
import { acquireLock } from './lifecycle/lock.ts'
import { commandPath, openCodePlugin, readPackageInfo } from './lifecycle/package-info.ts'
import { createPinoLog } from './lifecycle/pino-log.ts'
import { startAll, stopAll } from './lifecycle/services.ts'
import { createFatal, failOnUnhandled, stopOnSignals } from './lifecycle/signals.ts'
import { storeFilePath } from './lifecycle/store-file.ts'
import { createUndo, type Undo } from './lifecycle/undo.ts'
import type { DaemonInfo } from './operations/operation.ts'
import { operations } from './operations/operations.ts'
import { createProjectResolver } from './project/project-resolver.ts'
import { noMeaning } from './recall/meaning.ts'
import type { ArchiveFormat } from './store/archive-records.ts'
import { redactingStore } from './store/redacting-store.ts'
import { openSqliteStore } from './store/sqlite/sqlite-store.ts'
import { createStoreWorker, type StoreWorker } from './store/sqlite/store-work.ts'
import type { Store } from './store/store.ts'
import { createRedaction } from './text/redaction.ts'
import { withHookLines } from './transport/hooks/hook-lines.ts'
import { createHooks } from './transport/hooks/hooks.ts'
import { promptRoute } from './transport/hooks/prompt-route.ts'
import { createHttpServer, type HttpServer } from './transport/http/http-server.ts'
import { openToken } from './transport/http/token.ts'
import { mcpRoute } from './transport/mcp/http-route.ts'
import { createMcp } from './transport/mcp/mcp.ts'
import { withMcpLines } from './transport/mcp/socket-lines.ts'
import { createRequestIds } from './transport/request-ids.ts'
import { activatedListenFd } from './transport/socket/activation.ts'
import { createSocketServer, type SocketAddress } from './transport/socket/socket-server.ts'

const storeThread = new URL(
  import.meta.url.endsWith('.ts') ? './store-thread.ts' : './store-thread.js',
  import.meta.url,
)

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
export async function runDaemon(config: Config, surroundings: Surroundings): Promise<RunningDaemon> {
  const undo = createUndo(surroundings.log)
  try {
    return await start(config, surroundings, undo)
  } catch (error) {
    await undo.run()
    throw error
  }
}

async function start(
  config: Config,
  { log, onFatal, onIdle }: Surroundings,
  undo: Undo,
): Promise<RunningDaemon> {
  assertLimitRelations()
  const { dataDir } = config
  const now = systemClock
  const startedAt = now()
  const { version, folder } = readPackageInfo()

  // The data directory, ours alone from here on.
  await prepareDataDir(dataDir)
  const lock = acquireLock(dataDir, { pid: process.pid, startedAt, version }, log)
  undo.add(() => lock.release())
  const unfinished = removeUnfinished(dataDir, startedAt - limits.unfinishedFileMsMin)
  if (unfinished.length > 0) log.info('unfinished_files_removed', { files: unfinished.length })

  // The store.
  const storeKey = await openKey(dataDir, config.passphrase?.reveal() ?? null)
  const { key, source: keySource } = storeKey
  const redaction = createRedaction(config.redaction)
  const bareStore = await openSqliteStore({
    file: storeFilePath(dataDir),
    key,
    threadEntry: storeThread,
    log,
    onFatal,
  })
  const store = redactingStore(bareStore, redaction)
  undo.add(() => store.close())
  undo.add(() => store.recordEvent({ at: now(), kind: 'stopped', data: { version } }))

  const ending = new AbortController()
  undo.add(() => ending.abort())
  const keeping = keepingOf(config, storeKey, createStoreWorker(ending.signal), version)

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
    keptOut: redaction.counts,
  }
  const projects = createProjectResolver({ now, env: gitEnvironment() })
  const contextCache = createContextCache()
  const consolidator = createConsolidator({ store, now, log, openWorker: createConsolidationWorker })
  const vectors = vectorKeeping(config, store, log)
  const services = {
    ...{ store, projects, contextCache, now, newId: uuidV7, log, daemon },
    consolidate: consolidator.runNow,
    meaning: vectors ?? noMeaning,
    embeddingState: async () => vectors?.state() ?? embeddingOff,
  }
  const activity = watchActivity(consolidator.yieldingTo(createDispatch(operations, services)), now)
  const { dispatch } = activity

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
  const hooks = createHooks({
    ...common,
    now,
    transcripts,
    recallsFirstPrompt: config.promptRecall === 'first',
  })
  const controls = createControl({ daemon, background, consolidator, now })
  const control = withKeepingLines(withHookLines(withMcpLines(controls, mcp), hooks, transcriptClients), {
    ...keeping,
    log,
  })
  const socket = createSocketServer({ ...common, control, address })
  const http: HttpServer | null =
    config.httpPort === null
      ? null
      : createHttpServer({
          ...common,
          host: config.httpHost,
          port: config.httpPort,
          dataDir,
          furtherRoutes: new Map([
            ['/mcp', mcpRoute(mcp)],
            ['/memory/prompt-recall', promptRoute],
          ]),
          auth: { kind: config.httpAuth === 'off' ? 'off' : 'token', ...openToken(dataDir, log) },
        })
  const idle = idleMs(config)
  const running = [
    transcripts,
    socket,
    ...(http === null ? [] : [http]),
    background,
    createSpoolLook({ dataDir, background, log }),
    consolidator,
    ...(vectors === null ? [] : [vectors]),
    ...(config.verifyHistory === 'off'
      ? []
      : historyChecks(config, {
          ...{ store, now, startedAt, log, paused: background.paused },
          sessionEndedAt: activity.sessionEndedAt,
        })),
    ...(config.backupDaily === 'off'
      ? []
      : [dailyBackups(config, keeping, { store, now, startedAt, log, paused: background.paused })]),
    ...(idle === null
      ? []
      : [
          createIdleExit({
            idleMs: idle,
            connections: socket.connections,
            lastAskedAt: activity.lastAskedAt,
            now,
            leave: onIdle,
          }),
        ]),
  ]
  await startAll(running, log)
  undo.add(() => stopAll(running, log))
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
    sends_text_to: embeddingHost(config),
    command: commandPath(folder),
    plugin: openCodePlugin(folder),
  }
  return { facts, banner: banner(facts), stop: () => undo.run() }
}

function idleMs({ idleExitMinutes }: Config): number | null {
  return idleExitMinutes === null || idleExitMinutes === 0 ? null : idleExitMinutes * 60_000
}

/** null when vectors are off */
function vectorKeeping(config: Config, store: Store, log: Log): VectorKeeping | null {
  const sendsTextTo = embeddingHost(config)
  const thread = createSharedThread()
  const openEmbedder = embedderOpening(config, thread)
  if (openEmbedder === null) return null
  const openIndex = (dimensions: number) =>
    createVectorIndex(dimensions, startCodeSearch(codeBitsOf(dimensions), thread))
  return createVectorKeeping({ store, log, elapsed: monotonicClock, sendsTextTo, openEmbedder, openIndex })
}

function embedderOpening(config: Config, thread: SharedThread): (() => Promise<Embedder>) | null {
  const { embedding, embeddingModel, embeddingKey } = config
  // config.ts has seen to it that a model is named where one is needed.
  const model = embeddingModel ?? ''
  switch (embedding.kind) {
    case 'off':
      return null
    case 'builtin':
      return () => startBuiltinEmbedder(builtinModelFile, thread)
    case 'transformers':
      return () => openTransformersEmbedder({ model, modelsFolder: embedding.folder })
    case 'openai':
    case 'ollama': {
      const { kind, url } = embedding
      return () => openHttpEmbedder({ kind, baseUrl: url.href, model, apiKey: embeddingKey?.reveal() })
    }
  }
}

/** The host that texts are sent to, to be embedded; null when they stay in this process. */
function embeddingHost({ embedding }: Config): string | null {
  return embedding.kind === 'openai' || embedding.kind === 'ollama' ? embedding.url.host : null
}

/** Work of its own beside the background work: it takes minutes, and the spool does not wait for it. */
function historyChecks(
  { dataDir, socketPath }: Config,
  parts: Omit<HistoryCheckOptions, 'command'>,
): readonly BackgroundWork[] {
  const bin = join(readPackageInfo().folder, 'bin', 'iai-mcp.js')
  const verify = ['verify', '--repair', '--json', '--data-dir', dataDir, '--socket', socketPath]
  const command = (hours: number): [string, ...string[]] => [
    process.execPath,
    ...[bin, ...verify, '--changed-within', String(hours)],
  ]
  const { log } = parts
  const daily = [createDailyCheck({ ...parts, command })]
  const afterSessions = [createSessionCheck({ ...parts, command })]
  return [
    createBackgroundWork({ tasks: daily, everyMs: limits.historyCheckAfterMs, log }),
    createBackgroundWork({ tasks: afterSessions, everyMs: limits.sessionCheckLookEveryMs, log }),
  ]
}

/** Copies of the store while it is in use. */
function keepingOf({ dataDir }: Config, { key, parameters }: StoreKey, worker: StoreWorker, version: string) {
  const store = { file: storeFilePath(dataDir), key }
  return {
    facts: () => worker.facts(store),
    backUp: (target: string) =>
      worker.backUp({ store, target, madeAt: systemClock(), madeBy: version, keyParameters: parameters }),
    exportTo: (target: string, format: ArchiveFormat) =>
      worker.export({ store, target, format, madeAt: systemClock(), madeBy: version }),
  }
}

function dailyBackups(
  { dataDir, backupFolder, backupKeep }: Config,
  keeping: ReturnType<typeof keepingOf>,
  parts: Pick<DailyBackupOptions, 'now' | 'startedAt' | 'paused' | 'log'> & { readonly store: Store },
): BackgroundWork {
  const storeBytes = () => statSync(storeFilePath(dataDir), { throwIfNoEntry: false })?.size ?? 0
  const task = createDailyBackup({ ...parts, ...keeping, folder: backupFolder, keep: backupKeep, storeBytes })
  return createBackgroundWork({ tasks: [task], everyMs: limits.backupLookEveryMs, log: parts.log })
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
