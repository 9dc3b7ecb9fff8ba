// JSON-RPC 2.0 messages and control lines, as pure functions from bytes to meaning and from results to bytes. The
// order and the words of the checks are contract. Params are named: a non-empty array is answered -32602, because no
// operation has an order of parameters to rely on.
import type { Params } from '../../dispatch/dispatch.ts'
import { AppError, type ErrorCode } from '../../kit/errors.ts'
import { isJsonObject, parseJson } from '../json.ts'

/** A line without a `jsonrpc` member that asks for something of the daemon itself. */
export interface ControlMessage {
  readonly type: string
  readonly [member: string]: unknown
}

export type Message =
  | { readonly kind: 'control'; readonly control: ControlMessage }
  | { readonly kind: 'call'; readonly id: unknown; readonly method: string; readonly params: Params }
  | { readonly kind: 'refused'; readonly id: unknown; readonly error: AppError }

const rpcCodeOf: Readonly<Record<ErrorCode, number>> = {
  invalid_json: -32700,
  invalid_request: -32600,
  too_large: -32600,
  unknown_method: -32601,
  invalid_params: -32602,
  not_found: -32001,
  method_not_allowed: -32001,
  unauthorized: -32001,
  forbidden: -32001,
  overloaded: -32001,
  timeout: -32001,
  unavailable: -32001,
  data_dir_unsafe: -32001,
  locked: -32001,
  key_missing: -32001,
  key_wrong: -32001,
  store_corrupt: -32001,
  store_newer: -32001,
  disk_full: -32001,
  config_invalid: -32001,
  internal: -32001,
}

/** Raises invalid_json; every other objection is part of the answer. */
export function parseMessage(line: Uint8Array): Message {
  const value = parseJson(line)
  if (!isJsonObject(value)) return refused(null, 'request must be a JSON object')
  if (isControl(value)) return { kind: 'control', control: value }
  const { jsonrpc, method, params = {} } = value
  const id = value.id ?? null
  if (jsonrpc !== '2.0') return refused(id, "jsonrpc must be '2.0'")
  if (id === null) return refused(null, 'id required and non-null')
  if (typeof method !== 'string') return refused(id, 'method must be a string')
  if (Array.isArray(params)) {
    if (params.length === 0) return { kind: 'call', id, method, params: {} }
    return refused(id, 'params must be named: send an object, not an array', 'invalid_params')
  }
  if (!isJsonObject(params)) return refused(id, 'params must be object or array')
  return { kind: 'call', id, method, params }
}

/** Raises TypeError or RangeError when `result` or `id` has no JSON form. */
export function resultLine(id: unknown, result: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result: result ?? null })
}

/** `data.code` is the stable code that HTTP gives as `code`. */
export function errorLine(id: unknown, { code, message }: AppError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: rpcCodeOf[code], message, data: { code } } })
}

function refused(id: unknown, message: string, code: ErrorCode = 'invalid_request'): Message {
  return { kind: 'refused', id, error: new AppError(code, message) }
}

function isControl(value: Params): value is Params & ControlMessage {
  return !Object.hasOwn(value, 'jsonrpc') && typeof value.type === 'string'
}
