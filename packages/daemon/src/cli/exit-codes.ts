// What went wrong, as a script can tell it: the exit codes, and the mistakes that only the command line can see.

import { isAppError } from '../kit/errors.ts'
import { type ClientError, isClientError } from './client.ts'

export const exitCodes = { ok: 0, error: 1, usage: 2, noDaemon: 3, notFound: 4 } as const

/** A usage mistake that commander cannot see. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What was asked for by id is not there. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage
  if (error instanceof NotFoundError) return exitCodes.notFound
  if (isClientError(error)) return exitCodeOfClientError(error)
  return byCode(isAppError(error) ? error.code : null)
}

function exitCodeOfClientError({ kind, code }: ClientError): number {
  return kind === 'not_running' ? exitCodes.noDaemon : byCode(code)
}

function byCode(code: string | null): number {
  if (code === 'not_found') return exitCodes.notFound
  return code === 'invalid_params' ? exitCodes.usage : exitCodes.error
}
