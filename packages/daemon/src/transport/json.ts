// Bytes from a peer to a JSON value, and the shapes both transports ask of it, with the contract's words for refusals.
import type { Params } from '../dispatch/dispatch.ts'
import { AppError } from '../kit/errors.ts'

/** Raises invalid_json `invalid json: <reason>`; bytes that are not UTF-8 are no JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('invalid_json', 'invalid json: the bytes are not UTF-8', { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_json', `invalid json: ${reasonOf(cause)}`, { cause })
  }
}

export function isJsonObject(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The engine's reason without the piece of input it quotes: an error must not repeat what a user wrote. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : 'not JSON'
  return message.replace(/, (\.\.\.)?".*"(\.\.\.)? is not valid JSON$/s, '')
}
