// The closed set of errors a caller can meet. Every transport maps every code in one exhaustive table;
// whatever is not an AppError is `internal` and its text never leaves the process.

export const errorCodes = [
  'invalid_json', // the bytes are not JSON
  'invalid_request', // JSON, but not a request
  'invalid_params', // a parameter is missing, of the wrong type, or out of range
  'unknown_method',
  'not_found', // the thing named by an id or a path is not here
  'method_not_allowed', // HTTP verb
  'unauthorized', // no or wrong token
  'forbidden', // Host, Origin or Sec-Fetch-Site refused
  'too_large', // body, line or header block over its limit
  'overloaded', // too many requests in flight; try again
  'timeout', // the operation or the peer took longer than its limit
  'unavailable', // stopping, paused, or a needed part is not running
  'data_dir_unsafe', // wrong owner or mode, or not a directory
  'locked', // another daemon holds the data directory
  'key_missing', // there is a store but no key
  'key_wrong', // the key does not open the store
  'store_corrupt', // integrity check failed, or not a store of ours
  'store_newer', // written by a newer version; a downgrade is refused
  'disk_full',
  'config_invalid',
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** An error meant for the caller. `message` says what happened and what to do next. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export function isAppError(value: unknown): value is AppError {
  return value instanceof AppError
}

/** The errno name of a system error ('ENOENT'), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** The disk, the user's share of it, or the size allowed for a file is used up. */
export function isOutOfSpace(errno: string | undefined): boolean {
  return errno === 'ENOSPC' || errno === 'EDQUOT' || errno === 'EFBIG'
}
