// The head of one request in the terms the contract speaks of, and the refusals that follow from the head alone.
// Node's parser has done the framing; this adds what it leaves lenient.
import type { IncomingMessage } from 'node:http'
import { HttpRefusal } from './replies.ts'

export interface RequestHead {
  readonly method: string
  /** As sent: not decoded, no query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Authority of an absolute-form target, else null. */
  readonly targetAuthority: string | null
  readonly isHttp10: boolean
  /** Every value of a header, in order; none is dropped or joined. */
  values(name: string): readonly string[]
}

const malformed = 'malformed request line'
const absoluteForm = /^http:\/\/([^/?#]*)(.*)$/is

/** Raises HttpRefusal: 400 for what is no HTTP/1.x request, 431 for a header block over `headerBytesMax`. */
export function parseHead(request: IncomingMessage, headerBytesMax: number): RequestHead {
  if (request.httpVersion !== '1.1' && request.httpVersion !== '1.0') {
    throw new HttpRefusal(400, 'invalid_request', malformed)
  }
  if (headerBlockBytes(request.rawHeaders) > headerBytesMax) throw headerBlockTooLarge(headerBytesMax)
  const values = (name: string): readonly string[] => request.headersDistinct[name] ?? []
  const isHttp10 = request.httpVersion === '1.0'
  refuseUnsureFraming(values('transfer-encoding'), isHttp10)
  return { method: request.method ?? '', ...parseTarget(request.url ?? ''), isHttp10, values }
}

export function headerBlockTooLarge(headerBytesMax: number): HttpRefusal {
  return new HttpRefusal(431, 'too_large', `header block too large: at most ${headerBytesMax} bytes`)
}

function parseTarget(target: string): Pick<RequestHead, 'path' | 'query' | 'targetAuthority'> {
  const absolute = absoluteForm.exec(target)
  const rest = absolute === null ? target : withRootPath(absolute[2] ?? '')
  if (!rest.startsWith('/') && rest !== '*') throw new HttpRefusal(400, 'invalid_request', malformed)
  const [beforeFragment = ''] = rest.split('#', 1)
  const mark = beforeFragment.indexOf('?')
  return {
    path: mark === -1 ? beforeFragment : beforeFragment.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : beforeFragment.slice(mark + 1)),
    targetAuthority: absolute?.[1] ?? null,
  }
}

function withRootPath(rest: string): string {
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** Chunked is the only coding we decode, and HTTP/1.0 has none: anything else leaves the end of the body in doubt. */
function refuseUnsureFraming(codings: readonly string[], isHttp10: boolean): void {
  if (codings.length === 0) return
  const isChunked = codings.length === 1 && codings[0]?.trim().toLowerCase() === 'chunked'
  if (isHttp10 || !isChunked) throw new HttpRefusal(400, 'invalid_request', 'bad transfer-encoding')
}

/** As if every field were `name: value` CRLF, with the blank line. Node counts names and values only. */
function headerBlockBytes(rawHeaders: readonly string[]): number {
  return rawHeaders.reduce((sum, part) => sum + part.length + 2, 2)
}
