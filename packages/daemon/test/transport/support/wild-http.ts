// Random and half-right HTTP requests, as bytes: every part is mostly what it should be, so that a request gets past the
// first check often enough to reach the others.
import fc from 'fast-check'

/** Mostly what is right, sometimes what is not: a request that is wrong everywhere never gets past the first check. */
export function mostly(right: readonly string[], wrong: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: wrong })
}

const lineEnd = mostly(['\r\n', '\r\n', '\n'], fc.constantFrom('\r', '', '\n\r'))
const verb = mostly(
  ['GET', 'POST', 'HEAD', 'OPTIONS'],
  fc.constantFrom('CONNECT', 'TRACE', 'get', 'G\u0000T', ''),
)
const target = mostly(
  ['/healthz', '/rpc', '/memory/session-context?format=text', '/tea', 'http://localhost/rpc'],
  fc.oneof(fc.constantFrom('*', '//', '/%', 'x'), fc.string({ maxLength: 40 })),
)
const version = mostly(
  ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'],
  fc.constantFrom('HTTP/0.9', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', ''),
)
const host = mostly(
  ['Host: localhost', 'Host: 127.0.0.1', 'Host: [::1]'],
  fc.constantFrom('Host: example.com', 'Host:', 'X: y'),
)
const header = mostly(
  [
    'Content-Type: application/json',
    'Accept: */*',
    'Connection: close',
    'Connection: keep-alive',
    'Expect: 100-continue',
    'Sec-Fetch-Mode: cors',
  ],
  fc.oneof(
    fc.constantFrom('Transfer-Encoding: gzip', 'Upgrade: h2c', 'Origin: null', ' folded', ':', 'X: \u0000'),
    fc.string({ maxLength: 60 }),
  ),
)
function overwrite([whole, at, bytes]: [string, number, Uint8Array]): Buffer {
  const damaged = Buffer.from(whole)
  damaged.set(bytes.subarray(0, damaged.length), at % Math.max(1, damaged.length - bytes.length))
  return damaged
}

/** `tokenHere`: what the server asks for; `bodies`: what is posted. */
export function wildRequests(tokenHere: string, bodies: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const authorization = mostly(
    [`Authorization: Bearer ${tokenHere}`],
    fc.constantFrom('Authorization: Bearer nonsense', 'X: y'),
  )
  const framedBody = fc.oneof(
    {
      weight: 4,
      arbitrary: bodies.map((body) => [`Content-Length: ${Buffer.byteLength(body)}`, body] as const),
    },
    {
      weight: 2,
      arbitrary: bodies.map((body) => {
        const chunk = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`
        return ['Transfer-Encoding: chunked', `${body === '' ? '' : chunk}0\r\n\r\n`] as const
      }),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constantFrom('Content-Length: 999', 'Content-Length: -1', 'Transfer-Encoding: chunked'),
        bodies,
      ),
    },
  )
  const request = fc
    .tuple(
      verb,
      target,
      version,
      host,
      authorization,
      fc.array(header, { maxLength: 4 }),
      framedBody,
      lineEnd,
    )
    .map(([m, t, v, h, a, more, [framing, body], end]) =>
      [
        `${m} ${t} ${v}`,
        h,
        a,
        ...more,
        ...(m === 'POST' ? [framing] : []),
        '',
        m === 'POST' ? body : '',
      ].join(end),
    )
  return fc.oneof(
    { weight: 6, arbitrary: request.map((whole) => Buffer.from(whole)) },
    {
      weight: 2,
      arbitrary: fc.array(request, { minLength: 2, maxLength: 4 }).map((all) => Buffer.from(all.join(''))),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(request, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 })).map(overwrite),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
  )
}
