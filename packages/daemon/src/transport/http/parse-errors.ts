// What the parser objects to, in the contract's words. The codes are llhttp's and Node's.
import { errnoOf } from '../../kit/errors.ts'
import { HttpRefusal } from './replies.ts'
import { headerBlockTooLarge } from './request-head.ts'

const textOf: Readonly<Record<string, string>> = {
  HPE_INVALID_METHOD: 'malformed request line',
  HPE_INVALID_URL: 'malformed request line',
  HPE_INVALID_CONSTANT: 'malformed request line',
  HPE_INVALID_VERSION: 'malformed request line',
  HPE_PAUSED_H2_UPGRADE: 'malformed request line',
  HPE_INVALID_CONTENT_LENGTH: 'bad content-length',
  HPE_UNEXPECTED_CONTENT_LENGTH: 'bad content-length',
  HPE_INVALID_TRANSFER_ENCODING: 'bad transfer-encoding',
  HPE_INVALID_CHUNK_SIZE: 'bad chunk',
}

/** `inBody`: whether the head of the message was complete. */
export function refusalForParseError(error: Error, inBody: boolean, headerBytesMax: number): HttpRefusal {
  const code = errnoOf(error) ?? ''
  if (code === 'HPE_HEADER_OVERFLOW') return headerBlockTooLarge(headerBytesMax)
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return new HttpRefusal(413, 'too_large', 'body too large')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return headersTooSlow()
  if (code === 'HPE_INVALID_EOF_STATE') {
    return new HttpRefusal(400, 'invalid_request', inBody ? 'truncated body' : 'truncated request')
  }
  // A framing header that contradicts an earlier one is found after the head began: both names are in the message.
  const isFraming = code === 'HPE_INVALID_TRANSFER_ENCODING' && error.message.includes('Content-Length')
  if (isFraming) return new HttpRefusal(400, 'invalid_request', 'bad content-length')
  return new HttpRefusal(400, 'invalid_request', textOf[code] ?? (inBody ? 'bad chunk' : 'malformed header'))
}

export function headersTooSlow(): HttpRefusal {
  return new HttpRefusal(408, 'timeout', 'headers took too long')
}
