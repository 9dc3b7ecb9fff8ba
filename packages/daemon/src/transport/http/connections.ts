// The connections of the HTTP port: how many there may be, how long a head may take, that a connection's requests are
// answered one after the other, and that whatever cannot be parsed still gets an answer before it is closed.
// What a request means is for the exchange.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { assert } from '../../kit/assert.ts'
import type { Clock } from '../../kit/clock.ts'
import { settlesWithin } from '../../kit/deadline.ts'
import { AppError, errnoOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import type { RequestIds } from '../request-ids.ts'
import { judgeFirstHead } from './bare-lf.ts'
import type { Exchange } from './exchange.ts'
import type { HttpLimits } from './http-limits.ts'
import { headersTooSlow, refusalForParseError } from './parse-errors.ts'
import { errorReply, HttpRefusal, renderClosing } from './replies.ts'
import { headerBlockTooLarge } from './request-head.ts'

interface Connection {
  readonly socket: Socket
  readonly openedAt: number
  /** Until the first bytes come. */
  isQuiet: boolean
  /** Its first head had bare LFs: one request, then the connection is closed. */
  servesOne: boolean
  /** Refused as a whole; nothing it sends is looked at any more. */
  isRefused: boolean
  /** Runs out when the first head is late. */
  readonly headTimer: NodeJS.Timeout
  /** The exchange whose body the parser may be reading. */
  latest: Exchange | null
  /** How many requests have no answer yet. */
  owed: number
  /** Settles when everything asked so far is answered. Never rejects. */
  answered: Promise<void>
}

export interface ConnectionServices {
  readonly log: Log
  readonly clock: Clock
  readonly requestIds: RequestIds
  readonly limits: HttpLimits
  serve(exchange: Exchange, closeAfter: () => boolean): Promise<void>
  isStopping(): boolean
}

export interface Connections {
  /** Waits for the answers under way, at most `ms`, then closes everything. */
  drain(ms: number): Promise<void>
}

/** Takes over a server that is not listening yet. */
export function superviseConnections(server: Server, services: ConnectionServices): Connections {
  const { limits, clock } = services
  const connections = new Map<Socket, Connection>()
  const turnedAway = new Set<Socket>()

  // Node's own listener attaches the parser; ours stands before it.
  const [attachParser, ...others] = server.listeners('connection')
  assert(
    attachParser !== undefined && others.length === 0,
    'the http server has one connection listener of its own',
  )
  server.removeAllListeners('connection')
  server.on('connection', open)
  server.on('request', (request, response) => take(request, response, false))
  server.on('checkContinue', (request, response) => take(request, response, true))
  server.on('checkExpectation', (request, response) => take(request, response, false))
  server.on('connect', (_request: IncomingMessage, socket: Socket) =>
    refuse(socket, new HttpRefusal(400, 'invalid_request', 'CONNECT is not served here')),
  )
  server.on('clientError', onParseError)

  function open(socket: Socket): void {
    socket.on('error', () => {}) // a reset; 'close' follows and tidies up
    if (!hasRoom()) {
      turnAway(socket)
      return
    }
    const connection: Connection = {
      socket,
      openedAt: clock(),
      isQuiet: true,
      servesOne: false,
      isRefused: false,
      headTimer: setTimeout(() => onLateHead(connection), limits.headersWaitMsMax),
      latest: null,
      owed: 0,
      answered: Promise.resolve(),
    }
    connections.set(socket, connection)
    socket.once('close', () => {
      clearTimeout(connection.headTimer)
      connections.delete(socket)
    })
    readFirstHead(connection)
  }

  function readFirstHead(connection: Connection): void {
    const { socket } = connection
    let bytes: Buffer = Buffer.alloc(0)
    socket.on('data', onData).on('end', onEnd)

    function onData(chunk: Buffer): void {
      if (connection.isRefused) return
      connection.isQuiet = false
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      const head = judgeFirstHead(bytes, limits.headerBytesMax)
      if (head.kind === 'unfinished') return
      socket.off('data', onData).off('end', onEnd)
      if (head.kind === 'too_large') {
        refuse(socket, headerBlockTooLarge(limits.headerBytesMax))
        return
      }
      connection.servesOne = head.kind === 'rewritten'
      socket.pause()
      socket.unshift(head.kind === 'rewritten' ? head.bytes : bytes)
      attachParser?.call(server, socket)
      socket.resume()
    }

    function onEnd(): void {
      if (bytes.length === 0) socket.end()
      else refuse(socket, new HttpRefusal(400, 'invalid_request', 'malformed request line'))
    }
  }

  function take(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const connection = connections.get(request.socket)
    assert(connection !== undefined, 'every request comes over a supervised connection')
    if (connection.isRefused) return // its head was complete a moment too late
    clearTimeout(connection.headTimer)
    const exchange = { request, response, awaitsContinue, bodyBroken: new AbortController() }
    connection.latest = exchange
    const closeAfter = (): boolean => connection.servesOne || services.isStopping()
    connection.owed += 1
    // Not at once: Node resumes reading when it has parsed this request to its end.
    if (connection.owed >= limits.pipelinedMax) process.nextTick(() => pauseWhileOwing(connection))
    connection.answered = connection.answered.then(async () => {
      await services.serve(exchange, closeAfter)
      connection.owed -= 1
      if (connection.owed === limits.pipelinedMax - 1) connection.socket.resume()
    })
  }

  function pauseWhileOwing({ socket, owed }: Connection): void {
    if (owed >= limits.pipelinedMax) socket.pause()
  }

  function onParseError(error: Error, socket: Socket): void {
    const connection = connections.get(socket)
    if (connection === undefined || errnoOf(error) === 'ECONNRESET') {
      socket.destroy()
      return
    }
    // A broken parser objects to every further byte; they are thrown away until the answer is sure to have arrived.
    if (connection.isRefused) return
    const { latest } = connection
    const inBody = latest !== null && !latest.request.complete
    const refusal = refusalForParseError(error, inBody, limits.headerBytesMax)
    if (inBody) {
      connection.isRefused = true
      latest.bodyBroken.abort(refusal)
    } else {
      refuse(socket, refusal)
    }
  }

  function onLateHead(connection: Connection): void {
    if (connection.isQuiet) connection.socket.destroy()
    else refuse(connection.socket, headersTooSlow())
  }

  /** Answers for the connection as a whole, after the answers it is still owed, and closes it. */
  function refuse(socket: Socket, refusal: AppError): void {
    const connection = connections.get(socket)
    if (connection === undefined || connection.isRefused) return
    connection.isRefused = true
    clearTimeout(connection.headTimer)
    connection.answered = connection.answered.then(() => closeWith(socket, refusal))
  }

  function turnAway(socket: Socket): void {
    if (turnedAway.size >= limits.connectionsMax) {
      socket.destroy()
      return
    }
    turnedAway.add(socket)
    socket.once('close', () => turnedAway.delete(socket))
    void closeWith(socket, new AppError('overloaded', 'too many connections; try again in a moment'))
  }

  /** Reads on for a moment after the answer: closing over unread bytes would reset the connection. */
  async function closeWith(socket: Socket, refusal: AppError): Promise<void> {
    if (!socket.writable) return
    const reply = errorReply(refusal)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.end(renderClosing(reply))
    socket.resume()
    services.log.info('http_request', {
      method: '-',
      target: '-',
      status: reply.status,
      bytes: reply.body.length,
      ms: 0,
      id: services.requestIds(),
    })
    if (!(await settlesWithin(closed, limits.lingerMsMax))) socket.destroy()
  }

  function hasRoom(): boolean {
    if (connections.size < limits.connectionsMax) return true
    makeRoom()
    return connections.size < limits.connectionsMax
  }

  /** Kept-alive connections without a request go, and those that never said anything for a while. */
  function makeRoom(): void {
    server.closeIdleConnections()
    const quietSince = clock() - limits.connectionQuietMsMin
    for (const { socket, isQuiet, openedAt } of connections.values()) {
      if (isQuiet && openedAt <= quietSince) socket.destroy()
      if (socket.destroyed) connections.delete(socket)
    }
  }

  return {
    async drain(ms) {
      for (const { socket, isQuiet } of connections.values()) if (isQuiet) socket.destroy()
      server.closeIdleConnections()
      await settlesWithin(Promise.all([...connections.values()].map(({ answered }) => answered)), ms)
      for (const socket of [...connections.keys(), ...turnedAway]) socket.destroy()
    },
  }
}
