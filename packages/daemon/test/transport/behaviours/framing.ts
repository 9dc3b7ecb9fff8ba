// HTTP: where a request begins and ends, and every way in which that can be said wrongly.
import type { Behaviour } from './behaviour.ts'
import {
  failure,
  get,
  host,
  post,
  postHead,
  refusedHost,
  refusedOrigin,
  rpcFailure,
  token,
  welcome,
} from './messages.ts'

const malformedLine = {
  status: 400,
  body: failure('malformed request line', 'invalid_request'),
  closes: true,
}
const badLength = { status: 400, body: failure('bad content-length', 'invalid_request'), closes: true }
const badCoding = { status: 400, body: failure('bad transfer-encoding', 'invalid_request'), closes: true }
const headerTooLarge = {
  status: 431,
  body: failure('header block too large: at most 16384 bytes', 'too_large'),
  closes: true,
}

export const framing: readonly Behaviour[] = [
  { name: 'no HTTP version', http: { send: 'GET /healthz\r\n\r\n', ...malformedLine } },
  { name: 'HTTP/2.0', http: { send: `GET /healthz HTTP/2.0\r\n${host}\r\n`, ...malformedLine } },
  { name: 'HTTP/2 preface', http: { send: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ...malformedLine } },
  { name: 'a space too many', http: { send: `GET /a b HTTP/1.1\r\n${host}\r\n`, ...malformedLine } },
  { name: 'an invented verb', http: { send: `BREW /healthz HTTP/1.1\r\n${host}\r\n`, ...malformedLine } },
  { name: 'no slash', http: { send: `GET healthz HTTP/1.1\r\n${host}\r\n`, ...malformedLine } },
  { name: 'a TLS hello', http: { send: Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1]), ...malformedLine } },
  { name: 'half a request line', http: { send: 'GET /hea', halfClose: true, ...malformedLine } },
  {
    name: 'half a head',
    http: {
      send: 'GET /healthz HTTP/1.1\r\nHos',
      halfClose: true,
      status: 400,
      body: failure('truncated request', 'invalid_request'),
      closes: true,
    },
  },
  {
    name: 'a header without a colon',
    http: {
      send: get('/healthz', `${host}nonsense\r\n`),
      status: 400,
      body: failure('malformed header', 'invalid_request'),
      closes: true,
    },
  },
  {
    name: 'a NUL in a header',
    http: {
      send: get('/healthz', `${host}X: a\u0000b\r\n`),
      status: 400,
      body: failure('malformed header', 'invalid_request'),
      closes: true,
    },
  },
  {
    name: 'truncated body',
    http: {
      send: `${postHead('Content-Length: 50\r\n')}{"method"`,
      halfClose: true,
      status: 400,
      body: failure('truncated body', 'invalid_request'),
      closes: true,
    },
  },
  {
    name: 'truncated chunked body',
    http: {
      send: `${postHead('Transfer-Encoding: chunked\r\n')}5\r\n{"me`,
      halfClose: true,
      status: 400,
      body: failure('truncated body', 'invalid_request'),
      closes: true,
    },
  },
  ...['abc', '-1', '+5', '0x10', '5, 5', '1 2', '5.0', '99999999999999999999999'].map((length) => ({
    name: `content-length: ${length}`,
    http: { send: `${postHead(`Content-Length: ${length}\r\n`)}hello`, ...badLength },
  })),
  { name: 'content-length: empty', http: { send: postHead('Content-Length:\r\n'), ...badLength } },
  {
    name: 'content-length: twice, different',
    http: { send: `${postHead('Content-Length: 5\r\nContent-Length: 6\r\n')}hello`, ...badLength },
  },
  {
    name: 'content-length: twice, equal',
    http: { send: `${postHead('Content-Length: 5\r\nContent-Length: 5\r\n')}hello`, ...badLength },
  },
  {
    name: 'content-length, then chunked',
    http: {
      send: `${postHead('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n')}0\r\n\r\n`,
      ...badLength,
    },
  },
  {
    name: 'chunked, then content-length',
    http: {
      send: `${postHead('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n')}0\r\n\r\n`,
      ...badLength,
    },
  },
  {
    name: 'chunked body',
    http: {
      send: `${postHead('Transfer-Encoding: chunked\r\n')}8\r\n{"method\r\n9;ext=1\r\n":"echo"}\r\n0\r\n\r\n`,
      status: 200,
      body: '{"echo":{}}',
      closes: false,
    },
  },
  ...['gzip', 'xchunked', 'chunked, identity', 'gzip, chunked'].map((coding) => ({
    name: `transfer-encoding: ${coding}`,
    http: { send: `${postHead(`Transfer-Encoding: ${coding}\r\n`)}0\r\n\r\n`, ...badCoding },
  })),
  {
    name: 'chunked in HTTP/1.0',
    http: {
      send: `POST /rpc HTTP/1.0\r\n${host}${token}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ...badCoding,
    },
  },
  {
    name: 'a chunk size that is no number',
    http: {
      send: `${postHead('Transfer-Encoding: chunked\r\n')}zz\r\n`,
      status: 400,
      body: failure('bad chunk', 'invalid_request'),
      closes: true,
    },
  },
  {
    name: 'a body of 1,048,576 bytes passes',
    http: { send: post('{"method":"echo"}'.padEnd(1_048_576)), status: 200 },
  },
  {
    name: 'a body of 1,048,577 bytes does not',
    http: {
      send: post('{"method":"echo"}'.padEnd(1_048_577)),
      status: 413,
      body: failure('body too large', 'too_large'),
      closes: true,
    },
    socket: {
      send: `${'x'.repeat(1_048_577)}\n`,
      answer: rpcFailure(null, -32600, 'line too long: at most 1048576 bytes', 'too_large'),
    },
  },
  {
    name: 'a line of 1,048,576 bytes passes',
    socket: {
      send: `${'{"jsonrpc":"2.0","id":1,"method":"echo"}'.padEnd(1_048_576)}\n`,
      answer: { jsonrpc: '2.0', id: 1, result: { echo: {} } },
    },
  },
  {
    name: 'a chunked body of 1,048,576 bytes passes',
    http: {
      send: `${postHead('Transfer-Encoding: chunked\r\n')}11\r\n{"method":"echo"}\r\nfffef\r\n${' '.repeat(0xfffef)}\r\n0\r\n\r\n`,
      status: 200,
      body: '{"echo":{}}',
    },
  },
  {
    name: 'a chunked body of 1,048,577 bytes does not',
    http: {
      send: `${postHead('Transfer-Encoding: chunked\r\n')}11\r\n{"method":"echo"}\r\nffff0\r\n${' '.repeat(0xffff0)}\r\n0\r\n\r\n`,
      status: 413,
      body: failure('body too large', 'too_large'),
    },
  },
  {
    name: 'an announced body that is too large is refused unread',
    http: {
      send: postHead('Content-Length: 1048577\r\n'),
      status: 413,
      body: failure('body too large', 'too_large'),
      closes: true,
    },
  },
  {
    name: 'a header of 15 KiB passes',
    http: { send: get('/healthz', `${host}X: ${'x'.repeat(15_360)}\r\n`), ...welcome },
  },
  {
    name: 'a header of 17 KiB',
    http: { send: get('/healthz', `${host}X: ${'x'.repeat(17_408)}\r\n`), ...headerTooLarge },
  },
  {
    name: 'many small headers over 16 KiB',
    http: { send: get('/healthz', `${host}${'a: b\r\n'.repeat(2_800)}`), ...headerTooLarge },
  },
  { name: 'a target of 17 KiB', http: { send: get(`/${'x'.repeat(17_408)}`, host), ...headerTooLarge } },
  { name: 'a request line that never ends', http: { send: 'x'.repeat(17_408), ...headerTooLarge } },
  {
    name: 'HTTP/1.0 without Host',
    http: { send: 'GET /healthz HTTP/1.0\r\n\r\n', ...welcome, closes: true },
  },
  {
    name: 'HTTP/1.0 with a wrong Host',
    http: { send: 'GET /healthz HTTP/1.0\r\nHost: example.com\r\n\r\n', ...refusedHost, closes: true },
  },
  {
    name: 'HTTP/1.0 without Host but with an Origin',
    http: { send: 'GET /healthz HTTP/1.0\r\nOrigin: https://example.com\r\n\r\n', ...refusedOrigin },
  },
  {
    name: 'Connection: close',
    http: {
      send: get('/healthz', `${host}Connection: close\r\n`),
      ...welcome,
      headers: { connection: 'close' },
      closes: true,
    },
  },
  {
    name: 'our half closed after asking',
    http: { send: get('/healthz', host), halfClose: true, ...welcome, closes: true },
  },
  { name: 'bare LF', http: { send: 'GET /healthz HTTP/1.1\nHost: 127.0.0.1\n\n', ...welcome, closes: true } },
  { name: 'bare LF, HTTP/1.0', http: { send: 'GET /healthz HTTP/1.0\n\n', ...welcome, closes: true } },
  {
    name: 'bare LF, byte by byte',
    http: { send: [...'GET /healthz HTTP/1.0\n\n'], ...welcome, closes: true },
  },
  {
    name: 'bare LF with a body',
    http: {
      send: `${postHead('Content-Length: 17\r\n').replaceAll('\r\n', '\n')}{"method":"echo"}`,
      status: 200,
      body: '{"echo":{}}',
      closes: true,
    },
  },
  { name: 'bare LF, no version', http: { send: 'GET /healthz\n\n', ...malformedLine } },
  {
    name: 'bare LF, conflicting lengths',
    http: {
      send: `${postHead('Content-Length: 17\r\nTransfer-Encoding: chunked\r\n').replaceAll('\r\n', '\n')}0\n\n`,
      ...badLength,
    },
  },
  {
    name: 'bare LF, header block too large',
    http: { send: `GET /healthz HTTP/1.1\nHost: 127.0.0.1\nX: ${'x'.repeat(17_408)}\n\n`, ...headerTooLarge },
  },
  {
    name: 'one bare LF inside a CRLF head is refused',
    http: {
      send: `GET /healthz HTTP/1.1\r\n${host}X: a\nHost: example.com\r\n\r\n`,
      status: 400,
      body: failure('malformed header', 'invalid_request'),
      closes: true,
    },
  },
  { name: 'empty lines before the request', http: { send: `\r\n\r\n${get('/healthz', host)}`, ...welcome } },
]
