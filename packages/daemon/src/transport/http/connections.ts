// The connections of the HTTP port together: how many there may be, which of them go when there is no room, and that
// stopping waits for their answers. Each one by itself is for connection.ts.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { assert } from '../../kit/assert.ts'
import { settlesWithin } from '../../kit/deadline.ts'
import { AppError, errnoOf } from '../../kit/errors.ts'
import { closeWith } from './closing-answer.ts'
import { type Connection, type ConnectionServices, superviseConnection } from './connection.ts'
import { HttpRefusal } from './replies.ts'

export interface Connections {
  /** Waits for the answers under way, at most `ms`, then closes everything. */
  drain(ms: number): Promise<void>
}

/** Takes over a server that is not listening yet. */
export function superviseConnections(server: Server, services: ConnectionServices): Connections {
  const { limits, now } = services
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
    connections.get(socket)?.refuse(new HttpRefusal(400, 'invalid_request', 'CONNECT is not served here')),
  )
  server.on('clientError', (error, socket: Socket) => {
    const connection = connections.get(socket)
    if (connection === undefined || errnoOf(error) === 'ECONNRESET') socket.destroy()
    else connection.onParseError(error)
  })

  function open(socket: Socket): void {
    socket.on('error', () => {}) // a reset; 'close' follows and tidies up
    if (!hasRoom()) {
      turnAway(socket)
      return
    }
    const parse = (ready: Socket): void => attachParser?.call(server, ready)
    connections.set(socket, superviseConnection(socket, parse, services))
    socket.once('close', () => connections.delete(socket))
  }

  function take(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const connection = connections.get(request.socket)
    assert(connection !== undefined, 'every request comes over a supervised connection')
    connection.take(request, response, awaitsContinue)
  }

  function turnAway(socket: Socket): void {
    if (turnedAway.size >= limits.connectionsMax) {
      socket.destroy()
      return
    }
    turnedAway.add(socket)
    socket.once('close', () => turnedAway.delete(socket))
    const refusal = new AppError('overloaded', 'too many connections; try again in a moment')
    void closeWith(socket, refusal, services)
  }

  function hasRoom(): boolean {
    if (connections.size < limits.connectionsMax) return true
    makeRoom()
    return connections.size < limits.connectionsMax
  }

  /** Kept-alive connections without a request go, and those that never said anything for a while. */
  function makeRoom(): void {
    server.closeIdleConnections()
    const quietSince = now() - limits.connectionQuietMsMin
    for (const { socket, isQuiet, openedAt } of connections.values()) {
      if (isQuiet() && openedAt <= quietSince) socket.destroy()
      if (socket.destroyed) connections.delete(socket)
    }
  }

  return {
    async drain(ms) {
      for (const { socket, isQuiet } of connections.values()) if (isQuiet()) socket.destroy()
      server.closeIdleConnections()
      await settlesWithin(Promise.all([...connections.values()].map(({ answered }) => answered())), ms)
      for (const socket of [...connections.keys(), ...turnedAway]) socket.destroy()
    },
  }
}
