// Remembers that the daemon failed, so that a hung or broken one costs a turn its few hundred milliseconds once and
// not at every model call. A daemon that does not run is no failure: finding that out costs a file look-up, and one
// that is started meanwhile should be used at once.
import { isClientError } from '@iai-mcp/client/client-error'

export interface BackOff {
  readonly resting: boolean
  /** Takes note of a failed call. */
  failed(error: unknown): void
  worked(): void
}

/** `now` in milliseconds. */
export function createBackOff(restMs: number, now: () => number): BackOff {
  let until = Number.NEGATIVE_INFINITY
  return {
    get resting() {
      return now() < until
    },
    failed(error) {
      if (isClientError(error) && (error.kind === 'not_running' || isAboutOneRequest(error.code))) return
      until = now() + restMs
    },
    worked() {
      until = Number.NEGATIVE_INFINITY
    },
  }
}

/** The daemon is well; it does not like this request. */
function isAboutOneRequest(code: string | null): boolean {
  return code === 'invalid_params' || code === 'too_large'
}
