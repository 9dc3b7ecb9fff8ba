// Reads the body of one request, within its limits. A body that is too long is not read further; whoever answers
// decides what becomes of the rest.
import type { IncomingMessage } from 'node:http'
import { AppError } from '../../kit/errors.ts'
import { HttpRefusal } from './replies.ts'

export interface BodyLimits {
  readonly bytesMax: number
  readonly waitMsMax: number
}

/**
 * Raises 413 over `bytesMax`, 408 after `waitMsMax`, 400 when the peer stops early, and the reason of `broken` when
 * the parser finds the rest of the body malformed.
 */
export function readBody(
  request: IncomingMessage,
  { bytesMax, waitMsMax }: BodyLimits,
  broken: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const timer = setTimeout(() => settle(new HttpRefusal(408, 'timeout', 'body took too long')), waitMsMax)

    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > bytesMax) settle(tooLarge())
      else chunks.push(chunk)
    }
    const onEnd = (): void => settle(null)
    const onGone = (): void => settle(new AppError('invalid_request', 'truncated body'))
    const onBroken = (): void => settle(broken.reason)

    function settle(failure: unknown): void {
      clearTimeout(timer)
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone)
      broken.removeEventListener('abort', onBroken)
      if (failure === null) resolve(Buffer.concat(chunks, bytes))
      else reject(failure)
    }

    if (broken.aborted) return onBroken()
    if (Number(request.headers['content-length'] ?? 0) > bytesMax) return settle(tooLarge())
    broken.addEventListener('abort', onBroken)
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone)
  })
}

/** Whether the head announced a body. */
export function announcesBody(request: IncomingMessage): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  )
}

function tooLarge(): AppError {
  return new AppError('too_large', 'body too large')
}
