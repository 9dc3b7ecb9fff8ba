// JSON-RPC and control lines over the daemon's Unix socket, for the CLI and for bridges. One connection, answers in
// the order of the questions; a call that ran out of time closes it, because what comes next would be mismatched.
import { connect, type Socket } from 'node:net'
import { ClientError, errnoOf, tooLargeToSend } from './client-error.ts'
import { assertPrivateSocket } from './data-dir.ts'
import { withDeadline } from './deadline.ts'
import { clientLimits } from './limits.ts'
import type { Call, CallOptions } from './wire.ts'

export interface SocketClient {
  /** Resolves with the bare result. Rejects with ClientError; `code` is the daemon's, else the JSON-RPC number. */
  readonly call: Call
  /** A control line such as `{type: 'status'}`; resolves with the raw reply. */
  control(line: { readonly type: string }, options?: CallOptions): Promise<Readonly<Record<string, unknown>>>
  /** Whether the connection has ended; a call would be refused without being sent. */
  ended(): boolean
  close(): void
}

type Json = Readonly<Record<string, unknown>>
interface Waiting {
  resolve(reply: Json): void
  reject(error: Error): void
}

/** Connects to the daemon's socket. Rejects with `not_running`, `refused` or `timed_out`. */
export async function connectDaemon(
  socketPath: string,
  { timeoutMs = clientLimits.connectMsMax, signal }: CallOptions = {},
): Promise<SocketClient> {
  await assertPrivateSocket(socketPath)
  const socket = await withDeadline('connecting to the daemon', timeoutMs, signal, (expired) =>
    open(socketPath, expired),
  )
  return createSocketClient(socket)
}

function open(path: string, expired: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path })
    const give = () => socket.destroy()
    expired.addEventListener('abort', give, { once: true })
    socket.once('connect', () => {
      expired.removeEventListener('abort', give)
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error) => reject(fromConnectError(error, path)))
  })
}

function createSocketClient(socket: Socket): SocketClient {
  const waiting: Waiting[] = []
  let lastId = 0
  let gone: ClientError | null = null

  function end(error: ClientError): void {
    gone ??= error
    socket.destroy()
    for (const { reject } of waiting.splice(0)) reject(gone)
  }

  socket.on('error', (error) =>
    end(new ClientError('bad_answer', `the connection to the daemon broke (${errnoOf(error)})`)),
  )
  socket.on('close', () => end(new ClientError('not_running', 'the daemon closed the connection')))
  onLines(socket, end, (line) => {
    const first = waiting.shift()
    try {
      const reply: unknown = JSON.parse(line)
      if (first === undefined || typeof reply !== 'object' || reply === null) throw new Error('no reply')
      first.resolve(reply as Json)
    } catch {
      const error = new ClientError('bad_answer', 'what holds the socket does not answer as the daemon would')
      first?.reject(error)
      end(error)
    }
  })

  async function ask(what: string, line: string, options: CallOptions): Promise<Json> {
    if (gone !== null) throw gone
    const timeoutMs = options.timeoutMs ?? clientLimits.callMsMax
    try {
      return await withDeadline(
        what,
        timeoutMs,
        options.signal,
        () =>
          new Promise<Json>((resolve, reject) => {
            waiting.push({ resolve, reject })
            socket.write(line)
          }),
      )
    } catch (error) {
      if (error instanceof ClientError && error.kind === 'timed_out') end(error)
      throw error
    }
  }

  async function call(method: string, params: object, options: CallOptions = {}): Promise<unknown> {
    lastId += 1
    const id = lastId
    const line = `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`
    // The line break does not count.
    if (Buffer.byteLength(line) - 1 > clientLimits.requestBytesMax) throw tooLargeToSend(method)
    const reply = await ask(method, line, options)
    if (typeof reply.error === 'object' && reply.error !== null) throw fromRpcError(reply.error as Json)
    if (reply.id !== id || !('result' in reply)) {
      throw new ClientError('bad_answer', `${method}: the answer does not belong to the question`)
    }
    return reply.result
  }

  return {
    call: call as Call,
    control: (line, options = {}) => ask(line.type, `${JSON.stringify(line)}\n`, options),
    ended: () => gone !== null,
    close: () => end(new ClientError('not_running', 'the connection was closed')),
  }
}

function onLines(socket: Socket, end: (error: ClientError) => void, onLine: (line: string) => void): void {
  let parts: Buffer[] = []
  let bytes = 0
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      const line = Buffer.concat([...parts, rest.subarray(0, at)])
      parts = []
      bytes = 0
      rest = rest.subarray(at + 1)
      onLine(line.toString('utf8'))
    }
    parts.push(rest)
    bytes += rest.length
    if (bytes > clientLimits.answerBytesMax) end(new ClientError('bad_answer', 'the answer is too large'))
  })
}

function fromRpcError(error: Json): ClientError {
  const data = error.data
  const named = typeof data === 'object' && data !== null && 'code' in data ? data.code : undefined
  return new ClientError('daemon', String(error.message), String(named ?? error.code))
}

function fromConnectError(error: unknown, path: string): ClientError {
  const errno = errnoOf(error)
  if (errno === 'ECONNREFUSED' || errno === 'ENOENT') {
    return new ClientError(
      'not_running',
      `no iai-mcp daemon answers at ${path}; start it with: iai-mcp daemon --http`,
    )
  }
  return new ClientError('refused', `cannot connect to ${path} (${errno ?? 'unknown error'})`)
}
