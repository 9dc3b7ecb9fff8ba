// Waiting, but never for ever.
import { AppError } from './errors.ts'

export { settlesWithin } from '../../../client/src/deadline.ts'

/** What the caller does next. A reinforcement counts twice, a note is said again: not every write may be repeated. */
export const adviceWhenLate = {
  read: 'try again',
  write: 'it may still be done: turns with message ids can be sent again, for anything else look first',
} as const

export function lateError(what: string, ms: number, advice: string): AppError {
  return new AppError('timeout', `${what} took longer than ${ms / 1000} s; ${advice}`)
}

/** Settles as `work` does, or rejects with `late()` after `ms`. The work itself is not stopped. */
export async function answeredWithin<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(late()), ms)
  try {
    return await Promise.race([work, expired])
  } finally {
    clearTimeout(timer)
  }
}
