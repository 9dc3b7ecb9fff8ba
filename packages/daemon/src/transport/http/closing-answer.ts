// The last answer of a connection that is refused as a whole, written past the parser. Reads on for a moment after it:
// closing over unread bytes would reset the connection, and a reset can overtake the answer.
import type { Socket } from 'node:net'
import { settlesWithin } from '../../kit/deadline.ts'
import type { AppError } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import type { RequestIds } from '../request-ids.ts'
import type { HttpLimits } from './http-limits.ts'
import { errorReply, renderClosing } from './replies.ts'

export interface ClosingServices {
  readonly log: Log
  readonly requestIds: RequestIds
  readonly limits: Pick<HttpLimits, 'lingerMsMax'>
}

/** Resolves when the connection is closed, by the peer or after limits.lingerMsMax. Never rejects. */
export async function closeWith(socket: Socket, refusal: AppError, services: ClosingServices): Promise<void> {
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
  if (!(await settlesWithin(closed, services.limits.lingerMsMax))) socket.destroy()
}
