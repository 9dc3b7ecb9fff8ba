// One HTTP exchange with 127.0.0.1 on a connection of its own. Written on a plain socket on purpose: inside OpenCode
// (Bun 1.3) both `fetch` and `node:http` send loopback requests, token and all, to HTTP_PROXY when it is set, and an
// aborted `node:http` request there reports nothing. HTTP/1.0 is asked for, so the answer is never chunked and ends
// with the connection; nothing is pooled, so nothing holds a host process open.
import { connect, type Socket } from 'node:net'
import { ClientError, errnoOf } from './client-error.ts'
import { clientLimits } from './limits.ts'

export interface LoopbackRequest {
  readonly port: number
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly token: string
  readonly json?: string
}

export interface LoopbackAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** Raises `not_running`, `bad_answer`, and nothing else; stops and closes as soon as `expired` fires. */
export function requestLoopback(request: LoopbackRequest, expired: AbortSignal): Promise<LoopbackAnswer> {
  return new Promise((resolve, reject) => {
    if (expired.aborted) return reject(new ClientError('timed_out', 'no time left for the call'))
    const chunks: Buffer[] = []
    let bytes = 0
    const socket = connect({ host: '127.0.0.1', port: request.port })
    const end = (settle: () => void) => {
      expired.removeEventListener('abort', stop)
      socket.destroy()
      settle()
    }
    const fail = (error: Error) => end(() => reject(error))
    const stop = () => fail(new ClientError('timed_out', 'the call was given up'))
    expired.addEventListener('abort', stop, { once: true })
    socket.on('connect', () => send(socket, request))
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > clientLimits.answerBytesMax) fail(new ClientError('bad_answer', 'the answer is too large'))
      else chunks.push(chunk)
    })
    socket.on('error', (error) => fail(fromSocketError(error)))
    socket.on('close', () => {
      try {
        const answer = parseAnswer(Buffer.concat(chunks))
        end(() => resolve(answer))
      } catch (error) {
        fail(error as Error)
      }
    })
  })
}

function send(socket: Socket, { port, method, target, token, json }: LoopbackRequest): void {
  const body = Buffer.from(json ?? '', 'utf8')
  const head = [
    `${method} ${target} HTTP/1.0`,
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    'Connection: close',
    ...(json === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`]),
  ]
  socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]))
}

/** Pure. A body shorter or longer than its Content-Length is an answer that broke off. */
export function parseAnswer(bytes: Buffer): LoopbackAnswer {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0 || headEnd > clientLimits.answerHeaderBytesMax) {
    throw new ClientError('bad_answer', 'what listens on the port does not speak HTTP; is it the daemon?')
  }
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1]
  if (status === undefined) {
    throw new ClientError('bad_answer', 'what listens on the port does not speak HTTP; is it the daemon?')
  }
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, Math.max(colon, 0)).trim().toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const body = bytes.subarray(headEnd + 4)
  const announced = headers.get('content-length')
  if (headers.has('transfer-encoding') || (announced !== undefined && Number(announced) !== body.length)) {
    throw new ClientError('bad_answer', 'the answer broke off; try again')
  }
  return {
    status: Number(status),
    contentType: headers.get('content-type') ?? '',
    body: body.toString('utf8'),
  }
}

function fromSocketError(error: unknown): ClientError {
  const errno = errnoOf(error)
  if (errno === 'ECONNREFUSED') {
    return new ClientError(
      'not_running',
      'no iai-mcp daemon listens on its port; start it with: iai-mcp daemon --http',
    )
  }
  return new ClientError('bad_answer', `the connection to the daemon broke (${errno ?? 'unknown'})`, null, {
    cause: error,
  })
}
