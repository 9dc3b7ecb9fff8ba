// One HTTP exchange with 127.0.0.1 on a connection of its own. Whoever listens there first proves to be the daemon of
// our token (daemon-proof.ts); the request, token and all, follows on the same connection, so that nobody can take the
// daemon's place in between. HTTP/1.0, so that an answer is never chunked and ends with the connection; nothing is pooled.
import { connect } from 'node:net'
import { ClientError, errnoOf } from './client-error.ts'
import { daemonProof, isSameProof, newChallenge } from './daemon-proof.ts'
import { type LoopbackAnswer, parseAnswer, parseFirstAnswer } from './http-answer.ts'
import { clientLimits } from './limits.ts'

export interface LoopbackRequest {
  readonly port: number
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly token: string
  readonly json?: string
}

const address = '127.0.0.1'

/**
 * On a plain socket: inside OpenCode (Bun 1.3) both `fetch` and `node:http` send loopback requests to HTTP_PROXY when it
 * is set, and an aborted `node:http` request there reports nothing.
 * Raises `not_running`, `bad_answer`, `refused` for whoever did not prove to be the daemon (and got neither token nor
 * request), `daemon` for one that is too busy to; stops and closes as soon as `expired` fires.
 */
export function requestLoopback(request: LoopbackRequest, expired: AbortSignal): Promise<LoopbackAnswer> {
  return new Promise((resolve, reject) => {
    if (expired.aborted) return reject(new ClientError('timed_out', 'no time left for the call'))
    const { port, token } = request
    const challenge = newChallenge()
    let received: Buffer[] = []
    let bytes = 0
    let isProven = false
    const socket = connect({ host: address, port })
    const end = (settle: () => void) => {
      expired.removeEventListener('abort', stop)
      socket.destroy()
      settle()
    }
    const fail = (error: Error) => end(() => reject(error))
    const stop = () => fail(new ClientError('timed_out', 'the call was given up'))
    const orFail = (work: () => void) => {
      try {
        work()
      } catch (error) {
        fail(error as Error)
      }
    }

    function takeProof(): void {
      const answer = parseFirstAnswer(Buffer.concat(received))
      if (answer === null) return
      assertProven(answer, daemonProof(token, challenge, { address, port }), port)
      isProven = true
      received = []
      bytes = 0
      socket.write(render(request))
    }

    expired.addEventListener('abort', stop, { once: true })
    socket.on('connect', () => socket.write(renderChallenge(port, challenge)))
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      const bytesMax = isProven ? clientLimits.answerBytesMax : clientLimits.proofAnswerBytesMax
      if (bytes > bytesMax) return fail(new ClientError('bad_answer', 'the answer is too large'))
      received.push(chunk)
      if (!isProven) orFail(takeProof)
    })
    socket.on('error', (error) => fail(fromSocketError(error)))
    socket.on('close', () =>
      orFail(() => {
        if (!isProven) throw closedUnproven()
        const answer = parseAnswer(Buffer.concat(received))
        end(() => resolve(answer))
      }),
    )
  })
}

/** HTTP/1.1, so that the connection stays open for the request. */
function renderChallenge(port: number, challenge: string): string {
  return `GET /healthz?challenge=${challenge} HTTP/1.1\r\nHost: ${address}:${port}\r\n\r\n`
}

function assertProven(answer: LoopbackAnswer, expected: string, port: number): void {
  if (answer.status === 503) {
    throw new ClientError('daemon', 'the daemon is busy or stopping; try again in a moment', 'unavailable')
  }
  if (answer.status === 200 && isSameProof(proofIn(answer.body), expected)) return
  throw new ClientError(
    'refused',
    `what listens on port ${port} did not prove to be the daemon of this data directory; nothing was sent to it. ` +
      'Restart the daemon: it may be older than this program, or be gone and another program have its port',
    'unproven',
  )
}

function proofIn(body: string): unknown {
  try {
    const said: unknown = JSON.parse(body)
    return typeof said === 'object' && said !== null && 'proof' in said ? said.proof : undefined
  } catch {
    return undefined
  }
}

function render({ port, method, target, token, json }: LoopbackRequest): Buffer {
  const body = Buffer.from(json ?? '', 'utf8')
  const head = [
    `${method} ${target} HTTP/1.0`,
    `Host: ${address}:${port}`,
    `Authorization: Bearer ${token}`,
    'Connection: close',
    ...(json === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`]),
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

function closedUnproven(): ClientError {
  return new ClientError('bad_answer', 'what listens on the port closed the connection; is it the daemon?')
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
