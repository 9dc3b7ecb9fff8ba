// Between the host and every hook: a throw would abort the user's turn and a hang would delay it, so neither passes.
import { settlesWithin } from '@iai-mcp/client/deadline'
import type { Reporter } from './reporter.ts'

/**
 * Wraps a hook: it never throws and returns within the guard's time. `work` gets a signal that fires when that time
 * is over; from then on it must not touch the host's objects any more.
 */
export type Guard = <Args extends readonly unknown[]>(
  where: string,
  work: (expired: AbortSignal, ...args: Args) => void | Promise<void>,
) => (...args: Args) => Promise<void>

/** `holdMs` says how long a hook that begins now may hold the host. */
export function createGuard(holdMs: () => number, reporter: Reporter): Guard {
  return (where, work) =>
    async (...args) => {
      const expiry = new AbortController()
      const done = (async () => work(expiry.signal, ...args))().catch((error: unknown) =>
        reporter.failed(where, error),
      )
      if (!(await settlesWithin(done, holdMs()))) expiry.abort()
    }
}
