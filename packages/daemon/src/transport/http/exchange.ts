// One request and its answer: refuse what must be refused, in the contract's order, route, reply, log. The order of
// the checks is the security of the port: strangers, then the token, then what was asked.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { daemonProof } from '../../../../client/src/daemon-proof.ts'
import type { Dispatch } from '../../dispatch/dispatch.ts'
import { assert } from '../../kit/assert.ts'
import type { Clock } from '../../kit/clock.ts'
import { settlesWithin } from '../../kit/deadline.ts'
import { AppError } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { toldName } from '../../kit/told-name.ts'
import { failureForCaller } from '../failure.ts'
import type { InFlight } from '../in-flight.ts'
import type { RequestIds } from '../request-ids.ts'
import { tooMuchUnread, type UnreadAnswers } from '../unread-answers.ts'
import { type Auth, refuseForms, refuseStrangers, requireToken } from './access.ts'
import { announcesBody, readBody } from './body.ts'
import type { HttpLimits } from './http-limits.ts'
import { errorReply, HttpRefusal, type Reply } from './replies.ts'
import { parseHead, type RequestHead } from './request-head.ts'
import type { Route, RoutedRequest, Routes } from './routes.ts'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The client waits for `100 Continue` before it sends the body, and was not told to go on. */
  awaitsContinue: boolean
  /** Aborted, with the refusal as its reason, when the parser finds the rest of the body malformed. */
  readonly bodyBroken: AbortController
}

export interface ExchangeServices {
  readonly dispatch: Dispatch
  readonly routes: Routes
  readonly log: Log
  readonly now: Clock
  readonly requestIds: RequestIds
  readonly auth: Auth
  readonly limits: HttpLimits
  readonly inFlight: InFlight
  readonly unread: UnreadAnswers
  /** The bound port. */
  port(): number
  isStopping(): boolean
}

/** Answers, and resolves when the answer has left for the kernel or the peer is gone. Never rejects. */
export async function serveExchange(
  exchange: Exchange,
  services: ExchangeServices,
  closeAfter: () => boolean,
): Promise<void> {
  const { now, limits, log, requestIds, unread } = services
  // Without a socket its turn never comes: an earlier answer closed the connection, or the peer left.
  if (exchange.response.socket === null || exchange.response.socket.destroyed) return
  const startedAt = now()
  const id = requestIds()
  let target = '-'
  let reply: Reply
  // A head that left doubts about the framing leaves them about whatever follows it.
  let isTrusted = false
  try {
    const head = parseHead(exchange.request, limits.headerBytesMax)
    isTrusted = true
    target = head.path
    reply = await answer(exchange, head, id, services)
  } catch (error) {
    reply = errorReply(failureForCaller(error, id, log))
  }
  const { socket } = exchange.response
  const letGo = unread.hold(reply.body.length, () => socket?.destroy())
  // What says so is short, and kept by nobody.
  if (letGo === null) reply = errorReply(tooMuchUnread())
  log.info('http_request', {
    method: exchange.request.method ?? '-',
    target,
    status: reply.status,
    bytes: reply.body.length,
    ms: Math.round(now() - startedAt),
    id,
  })
  await send(exchange, reply, closeAfter() || !isTrusted, limits.lingerMsMax)
  letGo?.()
}

async function answer(
  exchange: Exchange,
  head: RequestHead,
  requestId: string,
  services: ExchangeServices,
): Promise<Reply> {
  refuseStrangers(head, services.port())
  const route = admit(head, services)
  const request: RoutedRequest = {
    head,
    requestId,
    body() {
      if (exchange.awaitsContinue) exchange.response.writeContinue()
      exchange.awaitsContinue = false
      const { bodyBytesMax, bodyWaitMsMax } = services.limits
      const bodyLimits = { bytesMax: bodyBytesMax, waitMsMax: bodyWaitMsMax }
      return readBody(exchange.request, bodyLimits, exchange.bodyBroken.signal)
    },
    prove: (challenge) => proveTo(exchange.request, challenge, services.auth),
    call: (method, params) => services.dispatch(method, params, { transport: 'http', requestId }),
  }
  if (route.access === 'public') return route.answer(request)
  return services.inFlight.run(() => route.answer(request))
}

/** Bound to this very connection: a stranger who passes a challenge on from another port gets a proof for ours. */
function proveTo({ socket }: IncomingMessage, challenge: string, auth: Auth): string {
  const { localAddress: address, localPort: port } = socket
  assert(address !== undefined && port !== undefined, 'a request came over a connected socket')
  return daemonProof(auth.current(), challenge, { address, port })
}

function admit(head: RequestHead, { auth, routes, isStopping }: ExchangeServices): Route {
  const route = routes.get(head.path)
  if (route?.access !== 'public') requireToken(head, auth)
  if (route === undefined) throw new AppError('not_found', `no route for ${toldName(head.path)}`)
  if (!route.verbs.includes(head.method)) {
    throw new HttpRefusal(405, 'method_not_allowed', route.wrongVerbText, { Allow: route.verbs.join(', ') })
  }
  if (head.method === 'POST') refuseForms(head)
  if (isStopping()) throw new AppError('unavailable', 'the daemon is stopping; try again when it is back')
  return route
}

/**
 * When part of the body was not read, our half is closed after the answer and the rest is thrown away for a while:
 * closing both at once would reset the connection, and a reset can overtake the answer.
 */
async function send(
  { request, response, awaitsContinue }: Exchange,
  reply: Reply,
  closeAfter: boolean,
  lingerMsMax: number,
): Promise<void> {
  const { socket } = response
  if (socket === null || response.destroyed) return
  const gone = new Promise((resolve) => response.once('close', resolve))
  // A peer that leaves while it is written to is no fault of ours; 'close' ends the wait.
  response.on('error', () => {})
  const isUnread = !request.complete && announcesBody(request)
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(isUnread || closeAfter ? { Connection: 'close' } : {}),
  })
  if (isUnread && !awaitsContinue) {
    response.write(reply.body)
    socket.end()
    request.resume()
    if (!(await settlesWithin(gone, lingerMsMax))) socket.destroy()
  } else {
    response.end(reply.body)
  }
  await gone
}
