// What an HTTP answer is made of, and the one table from error codes to statuses. Everything goes out with its length;
// nothing here ever sends an Access-Control header.
import { STATUS_CODES } from 'node:http'
import { AppError, type ErrorCode } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const statusOf: Readonly<Record<ErrorCode, number>> = {
  invalid_json: 400,
  invalid_request: 400,
  invalid_params: 400,
  unknown_method: 404,
  not_found: 404,
  method_not_allowed: 405,
  unauthorized: 401,
  forbidden: 403,
  too_large: 413,
  overloaded: 503,
  timeout: 504,
  unavailable: 503,
  data_dir_unsafe: 500,
  locked: 503,
  key_missing: 503,
  key_wrong: 503,
  store_corrupt: 500,
  store_newer: 500,
  disk_full: 507,
  config_invalid: 500,
  internal: 500,
}

/** An error that only HTTP knows, where the code alone does not settle the status. */
export class HttpRefusal extends AppError {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message)
    this.status = status
    this.headers = headers
  }
}

/** `result` as it is. Raises TypeError or RangeError when it has no JSON form. */
export function jsonReply(result: unknown): Reply {
  return reply(200, 'application/json', JSON.stringify(result) ?? 'null')
}

/** JSON text whose every byte is part of the contract. */
export function jsonTextReply(text: string): Reply {
  return reply(200, 'application/json', text)
}

export function textReply(text: string): Reply {
  return reply(200, 'text/plain; charset=utf-8', text)
}

export function errorReply(error: AppError): Reply {
  const isRefusal = error instanceof HttpRefusal
  const status = isRefusal ? error.status : statusOf[error.code]
  const body = `{"error": ${JSON.stringify(error.message)}, "code": "${error.code}"}`
  return reply(status, 'application/json', body, {
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...(status === 503 ? { 'Retry-After': String(limits.retryAfterSeconds) } : {}),
    ...(isRefusal ? error.headers : {}),
  })
}

/** A whole response for a connection that has no parsed request to answer; such a connection is always closed. */
export function renderClosing({ status, headers, body }: Reply): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}Connection: close\r\n\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}

/** An answer that another protocol made. */
export function reply(
  status: number,
  type: string,
  text: string,
  headers: Record<string, string> = {},
): Reply {
  const body = Buffer.from(text, 'utf8')
  return {
    status,
    headers: {
      'Content-Type': type,
      'Content-Length': String(body.length),
      // Memories do not belong in a cache, and nothing here is ever anything but what its type says.
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
    body,
  }
}
