// Reads HTTP answers from the bytes of a connection: one at a time, framed by their Content-Length or by the end of
// the connection, and nothing else. Pure.
import { ClientError } from './client-error.ts'
import { clientLimits } from './limits.ts'

export interface LoopbackAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

interface Head {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /** Where the body begins. */
  readonly bytes: number
}

/** A whole connection's worth. A body shorter or longer than its Content-Length is an answer that broke off. */
export function parseAnswer(bytes: Buffer): LoopbackAnswer {
  const head = parseHead(bytes)
  if (head === null) throw noHttp()
  const body = bytes.subarray(head.bytes)
  const announced = head.headers.get('content-length')
  if (announced !== undefined && Number(announced) !== body.length) throw brokeOff()
  return answerOf(head, body)
}

/** The answer that a connection which stays open begins with, once it is whole; null until then. */
export function parseFirstAnswer(bytes: Buffer): LoopbackAnswer | null {
  const head = parseHead(bytes)
  if (head === null) return null
  const length = Number(head.headers.get('content-length') ?? Number.NaN)
  const body = bytes.subarray(head.bytes)
  if (!Number.isInteger(length) || body.length > length) throw brokeOff()
  return body.length < length ? null : answerOf(head, body)
}

/** Null while the head is not whole. */
function parseHead(bytes: Buffer): Head | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end > clientLimits.answerHeaderBytesMax) throw noHttp()
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, Math.max(end, 0)).split('\r\n')
  if (end < 0) {
    if (!'HTTP/1.'.startsWith(bytes.toString('latin1', 0, 7))) throw noHttp()
    return null
  }
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1]
  if (status === undefined) throw noHttp()
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, Math.max(colon, 0)).trim().toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  if (headers.has('transfer-encoding')) throw brokeOff()
  return { status: Number(status), headers, bytes: end + 4 }
}

function answerOf({ status, headers }: Head, body: Buffer): LoopbackAnswer {
  return { status, contentType: headers.get('content-type') ?? '', body: body.toString('utf8') }
}

function noHttp(): ClientError {
  return new ClientError('bad_answer', 'what listens on the port does not speak HTTP; is it the daemon?')
}

function brokeOff(): ClientError {
  return new ClientError('bad_answer', 'the answer broke off; try again')
}
