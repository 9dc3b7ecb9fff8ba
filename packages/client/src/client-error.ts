// What can go wrong between a client and the daemon, as a closed set. Every message says what to do next and none
// carries memory text or a token.

const clientErrorKinds = [
  'not_running', // nothing listens where a daemon of this data directory would
  'refused', // the daemon, or the state of the files that lead to it, does not let us in
  'timed_out', // no complete answer in time
  'bad_answer', // something answered, but not in the daemon's language, or broke off
  'daemon', // the daemon answered with an error; `code` is its own
] as const

export type ClientErrorKind = (typeof clientErrorKinds)[number]

export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly kind: ClientErrorKind
  /** The daemon's own code ('invalid_params', …) or null. */
  readonly code: string | null

  constructor(kind: ClientErrorKind, message: string, code: string | null = null, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
    this.code = code
  }
}

/** Said before anything is sent: one message holds at most `requestBytesMax`. */
export function tooLargeToSend(method: string): ClientError {
  return new ClientError('daemon', `${method}: more than the daemon takes at once; send less`, 'too_large')
}

export function isClientError(value: unknown): value is ClientError {
  return value instanceof ClientError
}

/** The errno name of a system error ('ENOENT'), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
