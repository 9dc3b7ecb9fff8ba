// One connection of the HTTP port, from its first byte to its last answer: looks at the first head before the parser
// does, hands each request on in its turn, and answers for the connection as a whole when a head is late or cannot be
// parsed. What a request means is for the exchange.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../../kit/clock.ts'
import type { AppError } from '../../kit/errors.ts'
import { judgeFirstHead } from './bare-lf.ts'
import { type ClosingServices, closeWith } from './closing-answer.ts'
import type { Exchange } from './exchange.ts'
import type { HttpLimits } from './http-limits.ts'
import { headersTooSlow, refusalForParseError } from './parse-errors.ts'
import { createPipeline } from './pipeline.ts'
import { HttpRefusal } from './replies.ts'
import { headerBlockTooLarge } from './request-head.ts'

export interface Connection {
  readonly socket: Socket
  readonly openedAt: number
  /** Until the first bytes come. */
  isQuiet(): boolean
  take(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void
  onParseError(error: Error): void
  /** Answers for the connection as a whole, after the answers it is still owed, and closes it. */
  refuse(refusal: AppError): void
  /** Settles when everything asked so far is answered. Never rejects. */
  answered(): Promise<void>
}

export interface ConnectionServices extends ClosingServices {
  readonly now: Clock
  readonly limits: HttpLimits
  serve(exchange: Exchange, closeAfter: () => boolean): Promise<void>
  isStopping(): boolean
}

/** `parse` gives the socket to the parser, for good. */
export function superviseConnection(
  socket: Socket,
  parse: (socket: Socket) => void,
  services: ConnectionServices,
): Connection {
  const { limits } = services
  const pipeline = createPipeline(socket, limits.pipelinedMax)
  /** Runs out when the first head is late. */
  const headTimer = setTimeout(onLateHead, limits.headersWaitMsMax)
  let isQuiet = true
  /** Its first head had bare LFs: one request, then the connection is closed. */
  let servesOne = false
  /** Refused as a whole; nothing it sends is looked at any more. */
  let isRefused = false
  /** The exchange whose body the parser may be reading. */
  let latest: Exchange | null = null

  socket.once('close', () => clearTimeout(headTimer))
  readFirstHead()

  function readFirstHead(): void {
    let bytes: Buffer = Buffer.alloc(0)
    socket.on('data', onData).on('end', onEnd)

    function onData(chunk: Buffer): void {
      if (isRefused) return
      isQuiet = false
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      const head = judgeFirstHead(bytes, limits.headerBytesMax)
      if (head.kind === 'unfinished') return
      socket.off('data', onData).off('end', onEnd)
      if (head.kind === 'too_large') {
        refuse(headerBlockTooLarge(limits.headerBytesMax))
        return
      }
      servesOne = head.kind === 'rewritten'
      socket.pause()
      socket.unshift(head.kind === 'rewritten' ? head.bytes : bytes)
      parse(socket)
      socket.resume()
    }

    function onEnd(): void {
      if (bytes.length === 0) socket.end()
      else refuse(new HttpRefusal(400, 'invalid_request', 'malformed request line'))
    }
  }

  function onLateHead(): void {
    if (isQuiet) socket.destroy()
    else refuse(headersTooSlow())
  }

  function refuse(refusal: AppError): void {
    if (isRefused) return
    isRefused = true
    clearTimeout(headTimer)
    pipeline.end(() => closeWith(socket, refusal, services))
  }

  return {
    socket,
    openedAt: services.now(),
    isQuiet: () => isQuiet,
    take(request, response, awaitsContinue) {
      if (isRefused) return // its head was complete a moment too late
      clearTimeout(headTimer)
      const exchange = { request, response, awaitsContinue, bodyBroken: new AbortController() }
      latest = exchange
      pipeline.add(() => services.serve(exchange, () => servesOne || services.isStopping()))
    },
    onParseError(error) {
      // A broken parser objects to every further byte; they are thrown away until the answer is sure to have arrived.
      if (isRefused) return
      const inBody = latest !== null && !latest.request.complete
      const refusal = refusalForParseError(error, inBody, limits.headerBytesMax)
      if (inBody) {
        isRefused = true
        latest?.bodyBroken.abort(refusal)
      } else {
        refuse(refusal)
      }
    },
    refuse,
    answered: pipeline.answered,
  }
}
