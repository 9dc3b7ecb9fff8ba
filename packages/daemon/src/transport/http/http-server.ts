// The HTTP port of the daemon: a thin adapter from HTTP to dispatch, on loopback only. Owns the listener and the port
// file; connections, exchanges and routes are next door. Never touches the daemon's own state.
import { createServer, type Server } from 'node:http'
import type { Dispatch } from '../../dispatch/dispatch.ts'
import { assert } from '../../kit/assert.ts'
import type { Clock } from '../../kit/clock.ts'
import { AppError, errnoOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { createService, type Service } from '../../kit/service.ts'
import { createInFlight } from '../in-flight.ts'
import type { RequestIds } from '../request-ids.ts'
import { createUnreadAnswers, type UnreadAnswers } from '../unread-answers.ts'
import type { Auth } from './access.ts'
import { type Connections, superviseConnections } from './connections.ts'
import { serveExchange } from './exchange.ts'
import { type HttpLimits, httpLimits } from './http-limits.ts'
import { type PublishedPort, publishPort } from './port-file.ts'
import { ownRoutes, type Routes } from './routes.ts'

export interface HttpServerOptions {
  readonly dispatch: Dispatch
  readonly log: Log
  readonly now: Clock
  readonly requestIds: RequestIds
  /** 127.0.0.1, ::1 or localhost */
  readonly host: string
  /** 0: the system chooses */
  readonly port: number
  /** Where `.http.port` goes. */
  readonly dataDir: string
  readonly auth: Auth
  /** Served beside our own, by path. */
  readonly furtherRoutes?: Routes
  /** Shared with the other transports; by default its own. */
  readonly unread?: UnreadAnswers
  readonly limits?: Partial<HttpLimits>
}

export interface HttpServer extends Service {
  /** The bound port; null before start and after stop. */
  port(): number | null
}

/** start() raises config_invalid for a host or port we cannot have, data_dir_unsafe for the port file. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { log, now, requestIds, dataDir } = options
  const limits = { ...httpLimits, ...options.limits }
  const server = createNodeServer(limits)
  let boundPort: number | null = null
  let published: PublishedPort | null = null
  let isStopping = false
  const services = {
    ...options,
    routes: new Map([...ownRoutes, ...(options.furtherRoutes ?? [])]),
    limits,
    unread: options.unread ?? createUnreadAnswers({ now }),
    inFlight: createInFlight(limits.requestsInFlightMax),
    isStopping: () => isStopping,
    port() {
      assert(boundPort !== null, 'requests come over a bound port')
      return boundPort
    },
  }
  const connections: Connections = superviseConnections(server, {
    log,
    now,
    requestIds,
    limits,
    serve: (exchange, closeAfter) => serveExchange(exchange, services, closeAfter),
    isStopping: services.isStopping,
  })

  const service = createService({
    async start() {
      boundPort = await listen(server, loopbackAddress(options.host), options.port)
      server.on('error', (error) => log.error('http_accept_failed', error))
      try {
        published = publishPort(dataDir, boundPort, log)
      } catch (error) {
        await close(server)
        throw error
      }
      if (options.auth.kind === 'off') log.warn('http_auth_off', { port: boundPort })
    },
    async stop() {
      isStopping = true
      published?.retract()
      const closed = close(server)
      await connections.drain(limits.drainMsMax)
      await closed
      boundPort = null
    },
  })
  return { ...service, port: () => boundPort }
}

function createNodeServer(limits: HttpLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersWaitMsMax,
    // The body has its own clock (body.ts), which does not run while an earlier request is being answered.
    requestTimeout: 0,
    keepAliveTimeout: limits.idleMsMax,
    connectionsCheckingInterval: Math.ceil(limits.headersWaitMsMax / 10),
    // A missing Host is ours to judge (access.ts).
    requireHostHeader: false,
  })
  server.timeout = limits.idleMsMax
  // Past Node's default of 2,000 headers the rest would be dropped unseen, a second Host among them.
  server.maxHeadersCount = 0
  // A client may close its half after asking; Node's default would throw its answer away.
  Object.assign(server, { httpAllowHalfOpen: true })
  return server
}

function loopbackAddress(host: string): string {
  if (host === '127.0.0.1' || host === '::1') return host
  if (host === 'localhost') return '127.0.0.1'
  throw new AppError(
    'config_invalid',
    `HTTP host '${host}' is not loopback: memories are served to this machine only; use 127.0.0.1 or ::1`,
  )
}

function listen(server: Server, host: string, port: number): Promise<number> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new AppError('config_invalid', `HTTP port ${port} is not a port: use 0 (any free one) to 65535`)
  }
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => reject(whyNotBound(error, host, port))
    server.once('error', onError)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', onError)
      const address = server.address()
      assert(typeof address === 'object' && address !== null, 'a bound TCP listener has an address')
      resolve(address.port)
    })
  })
}

function whyNotBound(cause: Error, host: string, port: number): AppError {
  const errno = errnoOf(cause)
  const advice =
    'choose another (--http-port, IAI_DAEMON_HTTP_PORT, or http_port in config.json), or 0 for any free one'
  if (errno === 'EADDRINUSE') {
    return new AppError(
      'config_invalid',
      `port ${port} on ${host} is in use already, by another program or by the daemon of another data directory: ${advice}`,
      {
        cause,
      },
    )
  }
  return new AppError(
    'config_invalid',
    `cannot listen on ${host} port ${port} (${errno ?? cause.name}): ${advice}`,
    {
      cause,
    },
  )
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
