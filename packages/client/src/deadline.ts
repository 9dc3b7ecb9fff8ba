// Waiting, but never for ever: a deadline for a whole call, and a look whether something ends in time.
import { ClientError } from './client-error.ts'

/** Runs `work`; rejects with `timed_out` after `timeoutMs` or when `signal` fires, whichever comes first. */
export async function withDeadline<T>(
  what: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (expired: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const expire = () => controller.abort()
  const timer = setTimeout(expire, timeoutMs)
  signal?.addEventListener('abort', expire, { once: true })
  if (signal?.aborted) expire()
  const expired = new Promise<never>((_, reject) => {
    const fail = () => reject(new ClientError('timed_out', `${what}: no answer within ${timeoutMs} ms`))
    if (controller.signal.aborted) fail()
    else controller.signal.addEventListener('abort', fail, { once: true })
  })
  try {
    return await Promise.race([work(controller.signal), expired])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', expire)
  }
}

/** True when `work` settled (either way) within `ms`. The work itself is not stopped, and its failure is not raised. */
export async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  // Not Promise.withResolvers: the plugin carries this into whatever runtime its host has.
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const settled = work.then(
    () => true,
    () => true,
  )
  const inTime = await Promise.race([settled, late])
  clearTimeout(timer)
  return inTime
}
