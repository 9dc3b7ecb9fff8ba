// How the daemon is reached: a socket always, HTTP where the settings name a port, the Model Context Protocol and the
// hosts' hooks over both. Every one of them calls the same dispatch.
import { join } from 'node:path'
import { createTranscripts, type Transcripts } from '../background/transcripts.ts'
import type { Config } from '../config/config.ts'
import { hostEnvironment, takeActivationVariables } from '../config/environment.ts'
import type { Dispatch } from '../dispatch/dispatch.ts'
import { openFileMarks } from '../history/file-marks.ts'
import { openHostLooks } from '../history/host-looks.ts'
import { transcriptClients, transcriptHosts } from '../history/transcripts.ts'
import type { Clock } from '../kit/clock.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import type { Service } from '../kit/service.ts'
import { createControl } from '../lifecycle/controls.ts'
import { withKeepingLines } from '../lifecycle/keeping-lines.ts'
import { storeFilePath } from '../lifecycle/store-file.ts'
import { withHookLines } from '../transport/hooks/hook-lines.ts'
import { createHooks } from '../transport/hooks/hooks.ts'
import { promptRoute } from '../transport/hooks/prompt-route.ts'
import { createHttpServer, type HttpServer } from '../transport/http/http-server.ts'
import type { Routes } from '../transport/http/routes.ts'
import { openToken } from '../transport/http/token.ts'
import { mcpRoute } from '../transport/mcp/http-route.ts'
import { createMcp, type Mcp } from '../transport/mcp/mcp.ts'
import { withMcpLines } from '../transport/mcp/socket-lines.ts'
import { createRequestIds, type RequestIds } from '../transport/request-ids.ts'
import { activatedListenFd } from '../transport/socket/activation.ts'
import { createSocketServer, type SocketAddress } from '../transport/socket/socket-server.ts'
import { createUnreadAnswers, type UnreadAnswers } from '../transport/unread-answers.ts'
import type { Answering } from './answering.ts'
import type { Background } from './background.ts'
import type { Start } from './start.ts'
import type { StoreCopies } from './store.ts'

export interface Transports {
  /** How many connections the socket has. */
  connections(): number
  /** null while there is no TCP surface */
  httpPort(): number | null
  /** In the order in which they start. */
  readonly services: readonly Service[]
}

export interface TransportParts {
  readonly answering: Answering
  readonly background: Background
  readonly copies: StoreCopies
  readonly address: SocketAddress
}

/** What every one of them is given. */
interface Common {
  readonly dispatch: Dispatch
  readonly log: Log
  readonly now: Clock
  readonly requestIds: RequestIds
  /** One account for all of them. */
  readonly unread: UnreadAnswers
}

export async function createTransports(start: Start, parts: TransportParts): Promise<Transports> {
  const { config, log, now, version } = start
  const { answering, background, copies, address } = parts
  const { dispatch } = answering.activity
  const unread = createUnreadAnswers({ now })
  const common: Common = { dispatch, log, now, requestIds: createRequestIds(), unread }
  const mcp = createMcp({ ...common, version })
  const transcripts = await openTranscripts(start, answering)
  const recallsFirstPrompt = config.promptRecall === 'first'
  const hooks = createHooks({ ...common, transcripts, recallsFirstPrompt })

  const { daemon, consolidator } = answering
  const controls = createControl({ daemon, background: background.spool, consolidator, now })
  const withHosts = withHookLines(withMcpLines(controls, mcp), hooks, transcriptClients)
  const control = withKeepingLines(withHosts, { ...copies, log })
  const socket = createSocketServer({ ...common, control, address })
  const http = httpServer(config, common, mcp)
  return {
    connections: socket.connections,
    httpPort: () => http?.port() ?? null,
    services: [transcripts, socket, ...(http === null ? [] : [http])],
  }
}

/** The socket that the service manager handed over, else our own. */
export function socketAddress({ socketPath }: Config): SocketAddress {
  const fd = activatedListenFd(takeActivationVariables(), process.pid)
  return fd === null ? { kind: 'path', path: socketPath } : { kind: 'fd', fd }
}

async function openTranscripts(
  { config: { dataDir }, log, now }: Start,
  { activity: { dispatch } }: Answering,
): Promise<Transcripts> {
  const marks = await openFileMarks({
    path: join(dataDir, '.transcript-marks.jsonl'),
    storeFile: storeFilePath(dataDir),
    filesMax: limits.transcriptsKnownMax,
  })
  const looks = await openHostLooks({
    path: join(dataDir, '.transcript-looks.json'),
    storeFile: storeFilePath(dataDir),
    now,
  })
  return createTranscripts({ hosts: transcriptHosts(hostEnvironment()), marks, looks, dispatch, now, log })
}

/** What the port serves beside its own routes. */
export function routesOfAdapters(mcp: Mcp): Routes {
  return new Map([
    ['/mcp', mcpRoute(mcp)],
    ['/memory/prompt-recall', promptRoute],
  ])
}

/** null without a port in the settings */
function httpServer(
  { dataDir, httpHost, httpPort, httpAuth }: Config,
  common: Common,
  mcp: Mcp,
): HttpServer | null {
  if (httpPort === null) return null
  return createHttpServer({
    ...common,
    host: httpHost,
    port: httpPort,
    dataDir,
    furtherRoutes: routesOfAdapters(mcp),
    auth: { kind: httpAuth === 'off' ? 'off' : 'token', ...openToken(dataDir, common.log) },
  })
}
