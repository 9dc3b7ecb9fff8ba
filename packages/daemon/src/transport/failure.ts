// The last stop for whatever went wrong while a request was answered: callers see AppErrors and nothing else.
import { AppError, isAppError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'

/** An AppError as it is; everything else is logged and becomes `internal error (<request id>)`. */
export function failureForCaller(error: unknown, requestId: string, log: Log): AppError {
  if (isAppError(error) && error.code !== 'internal') return error
  // dispatch has already logged what it calls internal
  if (!isAppError(error)) log.error('request_failed', error, { id: requestId })
  return new AppError('internal', `internal error (${requestId})`, { cause: error })
}
