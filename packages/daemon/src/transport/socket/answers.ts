// What one line over the socket is answered with: a JSON-RPC request by dispatch, a control line by the daemon's control.
// Keeps: there is one line of answer for every line, also for one that makes no sense.
import type { Dispatch } from '../../dispatch/dispatch.ts'
import type { Clock } from '../../kit/clock.ts'
import { AppError } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { failureForCaller } from '../failure.ts'
import type { InFlight } from '../in-flight.ts'
import type { RequestIds } from '../request-ids.ts'
import { type ControlMessage, errorLine, parseMessage, resultLine } from './json-rpc.ts'
import type { Line } from './lines.ts'

/** What the daemon does with a control line. The answer is sent as it is: `{ok: true, …}` or `{ok: false, reason}`. */
export type Control = (message: ControlMessage) => Promise<object>

export interface AnswerServices {
  readonly dispatch: Dispatch
  readonly control: Control
  readonly log: Log
  readonly now: Clock
  readonly requestIds: RequestIds
  readonly inFlight: InFlight
  readonly limits: { readonly lineBytesMax: number }
}

/** One line, and the line to send when there is no room for it. */
export interface Answer {
  readonly text: string
  readonly refusal: (error: AppError) => string
}

/** One line of answer for one line. Never rejects. */
export async function answerLine(line: Line, services: AnswerServices): Promise<Answer> {
  const { log, now, requestIds, dispatch, control, inFlight } = services
  const requestId = requestIds()
  const startedAt = now()
  let id: unknown = null
  let method = '-'
  let failure: AppError | null = null
  try {
    if (line.kind === 'too_long') {
      throw new AppError('too_large', `line too long: at most ${services.limits.lineBytesMax} bytes`)
    }
    const message = parseMessage(line.bytes)
    if (message.kind === 'control') {
      method = 'control'
      const answer = await runControl(message.control, control, requestId, log)
      return { text: JSON.stringify(answer), refusal: controlRefusal }
    }
    id = message.id
    if (message.kind === 'refused') throw message.error
    method = message.method
    const caller = { transport: 'socket', requestId } as const
    const result = await inFlight.run(() => dispatch(message.method, message.params, caller))
    return { text: resultLine(id, result), refusal: (error) => renderError(id, error) }
  } catch (error) {
    failure = failureForCaller(error, requestId, log)
    return { text: renderError(id, failure), refusal: (error) => renderError(id, error) }
  } finally {
    log.info('socket_request', {
      // A name that is no method of ours may be anything, memory text included.
      method: failure?.code === 'unknown_method' ? '-' : method,
      code: failure?.code ?? 'ok',
      ms: Math.round(now() - startedAt),
      id: requestId,
    })
  }
}

function controlRefusal({ message }: AppError): string {
  return JSON.stringify({ ok: false, reason: message })
}

/** An id too deeply nested to be written back is not echoed. */
function renderError(id: unknown, failure: AppError): string {
  try {
    return errorLine(id, failure)
  } catch {
    return errorLine(null, failure)
  }
}

async function runControl(
  message: ControlMessage,
  control: Control,
  requestId: string,
  log: Log,
): Promise<object> {
  try {
    return await control(message)
  } catch (error) {
    return { ok: false, reason: failureForCaller(error, requestId, log).message }
  }
}
