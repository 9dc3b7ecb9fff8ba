// The Unix socket of the daemon: one JSON-RPC request or control line per line, answered in order on a connection and
// side by side across connections. What a line is answered with is for answers.ts; the daemon's own state is never touched.
// Whoever connects and says nothing is in nobody's way: silence ends after a while, and sooner when room is needed.
import { createServer, type Socket } from 'node:net'
import { settlesWithin } from '../../kit/deadline.ts'
import { AppError, errnoOf } from '../../kit/errors.ts'
import { limits as allLimits } from '../../kit/limits.ts'
import { createService, type Service } from '../../kit/service.ts'
import { createInFlight } from '../in-flight.ts'
import { createUnreadAnswers, tooMuchUnread, type UnreadAnswers } from '../unread-answers.ts'
import { type Answer, type AnswerServices, answerLine } from './answers.ts'
import { errorLine } from './json-rpc.ts'
import { readLines } from './lines.ts'
import { listenAtPath, listenOnFd, type SocketFile } from './socket-file.ts'

export type SocketAddress =
  | { readonly kind: 'path'; readonly path: string }
  /** A listening socket inherited from the service manager, which also owns its file. */
  | { readonly kind: 'fd'; readonly fd: number }

export interface SocketLimits {
  readonly lineBytesMax: number
  readonly firstLineWaitMsMax: number
  readonly writeWaitMsMax: number
  readonly drainMsMax: number
  readonly connectionsMax: number
  readonly connectionQuietMsMin: number
  readonly requestsInFlightMax: number
}

export interface SocketServerOptions extends Omit<AnswerServices, 'inFlight' | 'limits'> {
  readonly address: SocketAddress
  /** Shared with the other transports; by default its own. */
  readonly unread?: UnreadAnswers
  readonly limits?: Partial<SocketLimits>
}

const socketLimits: SocketLimits = {
  lineBytesMax: allLimits.socketLineBytesMax,
  firstLineWaitMsMax: allLimits.socketFirstLineWaitMsMax,
  writeWaitMsMax: allLimits.socketWriteWaitMsMax,
  drainMsMax: allLimits.drainMsMax,
  connectionsMax: allLimits.connectionsMax,
  connectionQuietMsMin: allLimits.connectionQuietMsMin,
  requestsInFlightMax: allLimits.requestsInFlightMax,
}

export interface SocketServer extends Service {
  /** Open connections. */
  connections(): number
}

interface Connection {
  readonly socket: Socket
  /** When it last sent something or was answered. */
  activeAt: number
  /** The answer under way; null while it waits for a line. */
  answer: Promise<void> | null
  /** Runs out when no line has come. */
  readonly firstLineTimer: NodeJS.Timeout
}

/** start() raises what listenAtPath raises; for an inherited descriptor config_invalid. */
export function createSocketServer(options: SocketServerOptions): SocketServer {
  const limits = { ...socketLimits, ...options.limits }
  const { log, now, address, unread = createUnreadAnswers({ now }) } = options
  const services = { ...options, limits, inFlight: createInFlight(limits.requestsInFlightMax) }
  const connections = new Set<Connection>()
  let isStopping = false
  let file: SocketFile | null = null

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {}) // a reset; the read loop ends and tidies up
    if (!hasRoom()) {
      turnAway(socket)
      return
    }
    const connection: Connection = {
      socket,
      activeAt: now(),
      answer: null,
      firstLineTimer: setTimeout(() => socket.destroy(), limits.firstLineWaitMsMax),
    }
    connections.add(connection)
    socket.once('close', () => {
      clearTimeout(connection.firstLineTimer)
      connections.delete(connection)
    })
    void converse(connection)
  })

  function hasRoom(): boolean {
    if (connections.size < limits.connectionsMax) return true
    const quietSince = now() - limits.connectionQuietMsMin
    const quiet = [...connections].filter(({ answer, activeAt }) => answer === null && activeAt <= quietSince)
    const oldest = quiet.sort((a, b) => a.activeAt - b.activeAt)[0]
    if (oldest === undefined) return false
    oldest.socket.destroy()
    return connections.delete(oldest)
  }

  async function converse(connection: Connection): Promise<void> {
    const { socket } = connection
    try {
      for await (const line of readLines(chunksOf(connection), limits.lineBytesMax)) {
        clearTimeout(connection.firstLineTimer)
        const answered = answerLine(line, services).then((answer) => write(socket, answer))
        connection.answer = answered
        await answered
        if (isStopping) {
          socket.destroySoon()
          return
        }
        connection.answer = null
        connection.activeAt = now()
      }
      socket.end()
    } catch (error) {
      if (errnoOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') log.error('socket_connection_failed', error)
      socket.destroy()
    }
  }

  async function* chunksOf(connection: Connection): AsyncGenerator<Buffer> {
    for await (const chunk of connection.socket.iterator({ destroyOnReturn: false })) {
      connection.activeAt = now()
      yield chunk
    }
  }

  /** Resolves when the peer has taken what is queued; cuts it off when it does not in time, or its room is needed. */
  async function write(socket: Socket, { text, refusal }: Answer): Promise<void> {
    if (socket.destroyed) return
    const letGo = unread.hold(Buffer.byteLength(text), () => socket.destroy())
    if (letGo === null) {
      socket.write(`${refusal(tooMuchUnread())}\n`)
      return
    }
    try {
      if (socket.write(`${text}\n`)) return
      const taken = new Promise<void>((resolve) => socket.once('drain', resolve).once('close', resolve))
      if (!(await settlesWithin(taken, limits.writeWaitMsMax))) socket.destroy()
    } finally {
      letGo()
    }
  }

  const service = createService({
    async start() {
      if (address.kind === 'path') file = await listenAtPath(server, address.path, now)
      else await listenOnFd(server, address.fd)
      server.on('error', (error) => log.error('socket_accept_failed', error))
    },
    async stop() {
      isStopping = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const { socket, answer } of connections) if (answer === null) socket.destroy()
      const answers = Promise.allSettled([...connections].map(({ answer }) => answer))
      await settlesWithin(
        answers.then(() => allClosed([...connections].map(({ socket }) => socket))),
        limits.drainMsMax,
      )
      for (const { socket } of connections) socket.destroy()
      await closed
      file?.remove()
    },
  })
  return { ...service, connections: () => connections.size }
}

function turnAway(socket: Socket): void {
  const error = new AppError('overloaded', 'too many connections; try again in a moment')
  socket.end(`${errorLine(null, error)}\n`, () => socket.destroy())
}

function allClosed(sockets: readonly Socket[]): Promise<unknown> {
  return Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))))
}
