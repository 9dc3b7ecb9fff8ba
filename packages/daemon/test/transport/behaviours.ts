// What the wire contract promises, as data: what is sent, byte for byte, and what must come back. Every expectation is
// a literal, never a constant of the code under test. behaviours.test.ts runs each over the transports it names.

export interface HttpCase {
  readonly send: string | Buffer | readonly (string | Buffer)[]
  readonly status: number
  /** Exact, or a pattern where an id is part of it. */
  readonly body?: string | RegExp
  /** null: the header must be absent. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** The server must (true) or must not (false) close the connection. */
  readonly closes?: boolean
  readonly halfClose?: boolean
  readonly head?: boolean
}

interface SocketCase {
  readonly send: string | Buffer
  /** The answer line, as JSON. */
  readonly answer: object
}

export interface Behaviour {
  readonly name: string
  readonly http?: HttpCase
  readonly socket?: SocketCase
}

const host = 'Host: 127.0.0.1\r\n'
const token = 'Authorization: Bearer abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ\r\n'
const json = 'Content-Type: application/json\r\n'

const get = (target: string, headers = host + token): string => `GET ${target} HTTP/1.1\r\n${headers}\r\n`
const postBytes = (body: Buffer, headers = host + token + json): Buffer =>
  Buffer.concat([Buffer.from(`POST /rpc HTTP/1.1\r\n${headers}Content-Length: ${body.length}\r\n\r\n`), body])
const post = (body: string, headers?: string): Buffer => postBytes(Buffer.from(body), headers)
const postHead = (headers: string): string => `POST /rpc HTTP/1.1\r\n${host}${token}${headers}\r\n`
const failure = (text: string, code: string): string =>
  `{"error": ${JSON.stringify(text)}, "code": "${code}"}`
const rpcFailure = (id: unknown, code: number, message: string, stable: string): object => ({
  jsonrpc: '2.0',
  id,
  error: { code, message, data: { code: stable } },
})
const line = (message: unknown): string => `${JSON.stringify(message)}\n`

/** Calls that both transports answer, each in its own dress. */
const calls: readonly Behaviour[] = [
  {
    name: 'a call is answered with its result',
    http: {
      send: post('{"method":"needs_cue","params":{"cue":"tea"}}'),
      status: 200,
      body: '{"cue":"tea"}',
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      closes: false,
    },
    socket: {
      send: line({ jsonrpc: '2.0', id: 1, method: 'needs_cue', params: { cue: 'tea' } }),
      answer: { jsonrpc: '2.0', id: 1, result: { cue: 'tea' } },
    },
  },
  {
    name: 'text of any script passes unchanged',
    http: {
      send: post('{"method":"needs_cue","params":{"cue":"茶 ☕ \\u0000 é"}}'),
      status: 200,
      body: '{"cue":"茶 ☕ \\u0000 é"}',
    },
    socket: {
      send: '{"jsonrpc":"2.0","id":"ü","method":"needs_cue","params":{"cue":"茶 ☕ \\u0000 é"}}\n',
      answer: { jsonrpc: '2.0', id: 'ü', result: { cue: '茶 ☕ \u0000 é' } },
    },
  },
  {
    name: 'absent params are none',
    http: { send: post('{"method":"echo"}'), status: 200, body: '{"echo":{}}' },
    socket: {
      send: line({ jsonrpc: '2.0', id: 1, method: 'echo' }),
      answer: { jsonrpc: '2.0', id: 1, result: { echo: {} } },
    },
  },
  {
    name: 'params null: none over HTTP, refused by JSON-RPC',
    http: { send: post('{"method":"echo","params":null}'), status: 200, body: '{"echo":{}}' },
    socket: {
      send: line({ jsonrpc: '2.0', id: 1, method: 'echo', params: null }),
      answer: rpcFailure(1, -32600, 'params must be object or array', 'invalid_request'),
    },
  },
  {
    name: 'params that are text',
    http: {
      send: post('{"method":"echo","params":"tea"}'),
      status: 400,
      body: failure('params must be an object; got a string', 'invalid_params'),
    },
    socket: {
      send: line({ jsonrpc: '2.0', id: 1, method: 'echo', params: 'tea' }),
      answer: rpcFailure(1, -32600, 'params must be object or array', 'invalid_request'),
    },
  },
  {
    name: 'params in an array',
    http: {
      send: post('{"method":"echo","params":[1]}'),
      status: 400,
      body: failure('params must be an object; got an array', 'invalid_params'),
    },
    socket: {
      send: line({ jsonrpc: '2.0', id: 1, method: 'echo', params: [1] }),
      answer: rpcFailure(1, -32602, 'params must be named: send an object, not an array', 'invalid_params'),
    },
  },
  {
    name: 'a path of any length is repeated only so far',
    http: {
      send: get(`/${'tea'.repeat(900)}`),
      status: 404,
      body: /^\{"error": "no route for \/(tea){32}te…"/,
    },
  },
  {
    name: 'unknown method',
    http: {
      send: post('{"method":"brew_tea"}'),
      status: 404,
      body: failure("unknown method 'brew_tea'", 'unknown_method'),
    },
    socket: {
      send: line({ jsonrpc: '2.0', id: 1, method: 'brew_tea' }),
      answer: rpcFailure(1, -32601, "unknown method 'brew_tea'", 'unknown_method'),
    },
  },
  {
    name: 'a method of Object.prototype is no method',
    http: {
      send: post('{"method":"toString"}'),
      status: 404,
      body: failure("unknown method 'toString'", 'unknown_method'),
    },
    socket: {
      send: line({ jsonrpc: '2.0', id: 1, method: '__proto__' }),
      answer: rpcFailure(1, -32601, "unknown method '__proto__'", 'unknown_method'),
    },
  },
  {
    name: 'missing parameter',
    http: {
      send: post('{"method":"needs_cue","params":{}}'),
      status: 400,
      body: failure("missing required param: 'cue'", 'invalid_params'),
    },
    socket: {
      send: line({ jsonrpc: '2.0', id: 1, method: 'needs_cue', params: {} }),
      answer: rpcFailure(1, -32602, "missing required param: 'cue'", 'invalid_params'),
    },
  },
  {
    name: 'parameter of the wrong type',
    http: {
      send: post('{"method":"needs_cue","params":{"cue":7}}'),
      status: 400,
      body: /^\{"error": "param 'cue': .*string.*got a number", "code": "invalid_params"\}$/,
    },
  },
  {
    name: 'not JSON',
    http: {
      send: post('tea'),
      status: 400,
      body: /^\{"error": "invalid json: [^{]+", "code": "invalid_json"\}$/,
    },
    socket: {
      send: 'tea\n',
      answer: rpcFailure(null, -32700, "invalid json: Unexpected token 'e'", 'invalid_json'),
    },
  },
  {
    name: 'bytes that are not UTF-8',
    http: {
      send: postBytes(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])),
      status: 400,
      body: failure('invalid json: the bytes are not UTF-8', 'invalid_json'),
    },
    socket: {
      send: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d, 0x0a]),
      answer: rpcFailure(null, -32700, 'invalid json: the bytes are not UTF-8', 'invalid_json'),
    },
  },
  {
    name: 'a message that is an array',
    http: {
      send: post('[{"method":"echo"}]'),
      status: 400,
      body: failure('expected {method, params}', 'invalid_request'),
    },
    socket: {
      send: line([{ jsonrpc: '2.0', id: 1, method: 'echo' }]),
      answer: rpcFailure(null, -32600, 'request must be a JSON object', 'invalid_request'),
    },
  },
  {
    name: 'a message that is text',
    http: {
      send: post('"echo"'),
      status: 400,
      body: failure('expected {method, params}', 'invalid_request'),
    },
    socket: {
      send: '"echo"\n',
      answer: rpcFailure(null, -32600, 'request must be a JSON object', 'invalid_request'),
    },
  },
  {
    name: 'a message that is null',
    http: { send: post('null'), status: 400, body: failure('expected {method, params}', 'invalid_request') },
    socket: {
      send: 'null\n',
      answer: rpcFailure(null, -32600, 'request must be a JSON object', 'invalid_request'),
    },
  },
  {
    name: 'method missing',
    http: { send: post('{}'), status: 400, body: failure('expected {method, params}', 'invalid_request') },
    socket: {
      send: line({ jsonrpc: '2.0', id: 'a' }),
      answer: rpcFailure('a', -32600, 'method must be a string', 'invalid_request'),
    },
  },
  {
    name: 'method not a string',
    http: {
      send: post('{"method":5}'),
      status: 400,
      body: failure('expected {method, params}', 'invalid_request'),
    },
    socket: {
      send: line({ jsonrpc: '2.0', id: 'a', method: 5 }),
      answer: rpcFailure('a', -32600, 'method must be a string', 'invalid_request'),
    },
  },
  {
    name: 'nothing at all',
    http: { send: post(''), status: 400, body: failure('expected {method, params}', 'invalid_request') },
    socket: {
      send: '\n',
      answer: rpcFailure(null, -32700, 'invalid json: Unexpected end of JSON input', 'invalid_json'),
    },
  },
  {
    name: 'an error of an operation keeps its text and code',
    http: {
      send: post('{"method":"fails_with","params":{"code":"not_found"}}'),
      status: 404,
      body: failure('a not_found of the test', 'not_found'),
    },
    socket: {
      send: line({ jsonrpc: '2.0', id: 1, method: 'fails_with', params: { code: 'not_found' } }),
      answer: rpcFailure(1, -32001, 'a not_found of the test', 'not_found'),
    },
  },
]

const routing: readonly Behaviour[] = [
  {
    name: 'health is open and says one thing',
    http: {
      send: get('/healthz', host),
      status: 200,
      body: '{"ok": true}',
      headers: { 'content-type': 'application/json', 'content-length': '12', 'www-authenticate': null },
      closes: false,
    },
  },
  {
    name: 'health ignores a query',
    http: { send: get('/healthz?a=b', host), status: 200, body: '{"ok": true}' },
  },
  {
    name: 'HEAD has the length and no body',
    http: {
      send: `HEAD /healthz HTTP/1.1\r\n${host}\r\n`,
      status: 200,
      body: '',
      head: true,
      headers: { 'content-length': '12', 'content-type': 'application/json' },
      closes: false,
    },
  },
  {
    name: 'unknown path',
    http: {
      send: get('/tea?x=1'),
      status: 404,
      body: failure('no route for /tea', 'not_found'),
    },
  },
  {
    name: 'paths are not decoded or normalised',
    http: { send: get('/%68ealthz'), status: 404, body: failure('no route for /%68ealthz', 'not_found') },
  },
  {
    name: 'a trailing slash is another path',
    http: { send: get('/healthz/'), status: 404, body: failure('no route for /healthz/', 'not_found') },
  },
  {
    name: 'POST where GET belongs',
    http: {
      send: `POST /healthz HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`,
      status: 405,
      body: failure('GET only', 'method_not_allowed'),
      headers: { allow: 'GET, HEAD' },
    },
  },
  {
    name: 'DELETE of the session context',
    http: {
      send: `DELETE /memory/session-context HTTP/1.1\r\n${host}${token}\r\n`,
      status: 405,
      body: failure('GET only', 'method_not_allowed'),
      headers: { allow: 'GET, HEAD' },
    },
  },
  {
    name: 'GET where POST belongs',
    http: {
      send: get('/rpc'),
      status: 405,
      body: failure('POST only', 'method_not_allowed'),
      headers: { allow: 'POST' },
    },
  },
  {
    name: 'OPTIONS grants nothing',
    http: {
      send: `OPTIONS /rpc HTTP/1.1\r\n${host}${token}Access-Control-Request-Method: POST\r\n\r\n`,
      status: 405,
      headers: {
        allow: 'POST',
        'access-control-allow-origin': null,
        'access-control-allow-methods': null,
        'access-control-allow-headers': null,
      },
    },
  },
  {
    name: 'OPTIONS from a page',
    http: {
      send: `OPTIONS /healthz HTTP/1.1\r\n${host}Origin: https://example.com\r\nAccess-Control-Request-Method: GET\r\n\r\n`,
      status: 403,
      headers: { 'access-control-allow-origin': null },
    },
  },
  {
    name: 'OPTIONS *',
    http: {
      send: `OPTIONS * HTTP/1.1\r\n${host}${token}\r\n`,
      status: 404,
      body: failure('no route for *', 'not_found'),
    },
  },
  {
    name: 'an offer to upgrade is not taken up',
    http: {
      send: get(
        '/healthz',
        `${host}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`,
      ),
      status: 200,
      body: '{"ok": true}',
      headers: { upgrade: null },
    },
  },
  {
    name: 'CONNECT is answered',
    http: {
      send: `CONNECT 127.0.0.1:22 HTTP/1.1\r\n${host}\r\n`,
      status: 400,
      body: failure('CONNECT is not served here', 'invalid_request'),
      closes: true,
    },
  },
]

const unauthorized = {
  status: 401,
  body: failure('unauthorized', 'unauthorized'),
  headers: { 'www-authenticate': 'Bearer' },
}
const refusedHost = { status: 403, body: failure('host refused', 'forbidden') }
const refusedOrigin = { status: 403, body: failure('origin refused', 'forbidden') }
const refusedSite = { status: 403, body: failure('cross-site request refused', 'forbidden') }
const welcome = { status: 200, body: '{"ok": true}' }
const bearer = (value: string): string => `${host}Authorization: ${value}\r\n`

const access: readonly Behaviour[] = [
  { name: 'no token: rpc', http: { send: post('{"method":"echo"}', host), ...unauthorized } },
  {
    name: 'no token: session context',
    http: { send: get('/memory/session-context', host), ...unauthorized },
  },
  {
    name: 'no token: HEAD',
    http: { send: `HEAD /memory/session-context HTTP/1.1\r\n${host}\r\n`, status: 401, head: true },
  },
  { name: 'no token: a path that is not there', http: { send: get('/tea', host), ...unauthorized } },
  { name: 'wrong token', http: { send: get('/rpc', bearer('Bearer nonsense')), ...unauthorized } },
  { name: 'empty token', http: { send: get('/rpc', bearer('Bearer ')), ...unauthorized } },
  {
    name: 'the token and one letter more',
    http: {
      send: get('/rpc', bearer('Bearer abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR')),
      ...unauthorized,
    },
  },
  {
    name: 'the token in another scheme',
    http: { send: get('/rpc', bearer('Basic abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ')), ...unauthorized },
  },
  {
    name: 'two tokens, one right',
    http: { send: get('/rpc', `${host}${token}Authorization: Bearer nonsense\r\n`), ...unauthorized },
  },
  {
    name: 'the token in the URL',
    http: {
      send: get('/memory/session-context?token=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ', host),
      ...unauthorized,
    },
  },
  {
    name: 'the scheme in lower case is the same scheme',
    http: {
      send: get('/rpc', bearer('bearer abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ')),
      status: 405,
    },
  },
  { name: 'host: localhost', http: { send: get('/healthz', 'Host: localhost\r\n'), ...welcome } },
  { name: 'host: LOCALHOST', http: { send: get('/healthz', 'Host: LOCALHOST\r\n'), ...welcome } },
  { name: 'host: [::1] with our port', http: { send: get('/healthz', 'Host: [::1]:PORT\r\n'), ...welcome } },
  {
    name: 'host: our address with our port',
    http: { send: get('/healthz', 'Host: 127.0.0.1:PORT\r\n'), ...welcome },
  },
  { name: 'host: another port', http: { send: get('/healthz', 'Host: 127.0.0.1:1\r\n'), ...refusedHost } },
  {
    name: 'host: a name that points here',
    http: { send: get('/healthz', 'Host: rebound.example\r\n'), ...refusedHost },
  },
  {
    name: 'host: ours as a prefix',
    http: { send: get('/healthz', 'Host: localhost.example\r\n'), ...refusedHost },
  },
  {
    name: 'host: another loopback address',
    http: { send: get('/healthz', 'Host: 127.0.0.2\r\n'), ...refusedHost },
  },
  { name: 'host: empty', http: { send: get('/healthz', 'Host:\r\n'), ...refusedHost } },
  { name: 'host: none in HTTP/1.1', http: { send: get('/healthz', ''), ...refusedHost } },
  {
    name: 'host: two',
    http: { send: get('/healthz', 'Host: 127.0.0.1\r\nHost: example.com\r\n'), ...refusedHost },
  },
  {
    name: 'host: a second one behind thousands of headers',
    http: {
      send: get('/healthz', `${host}${'a:\r\n'.repeat(2100)}Host: example.com\r\n`),
      ...refusedHost,
    },
  },
  {
    name: 'a refused host is refused before routing',
    http: { send: get('/tea', 'Host: rebound.example\r\n'), ...refusedHost },
  },
  {
    name: 'a refused host is refused before the body',
    http: {
      send: 'POST /rpc HTTP/1.1\r\nHost: rebound.example\r\nContent-Length: 1000\r\n\r\n',
      ...refusedHost,
      closes: true,
    },
  },
  {
    name: 'target in absolute form',
    http: { send: get('http://127.0.0.1:PORT/healthz', host), ...welcome },
  },
  {
    name: 'absolute form without a path',
    http: { send: get('http://localhost'), status: 404, body: failure('no route for /', 'not_found') },
  },
  {
    name: 'absolute form for another host',
    http: { send: get('http://example.com/healthz', host), ...refusedHost },
  },
  {
    name: 'absolute form with a name before our host',
    http: { send: get('http://example.com@127.0.0.1/healthz', host), ...refusedHost },
  },
  {
    name: 'absolute form does not replace Host',
    http: { send: get('http://127.0.0.1/healthz', 'Host: example.com\r\n'), ...refusedHost },
  },
  {
    name: 'absolute form of another scheme',
    http: {
      send: get('ftp://127.0.0.1/healthz', host),
      status: 400,
      body: failure('malformed request line', 'invalid_request'),
    },
  },
  {
    name: 'origin: our own',
    http: { send: get('/healthz', 'Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT\r\n'), ...welcome },
  },
  { name: 'origin: null', http: { send: get('/healthz', `${host}Origin: null\r\n`), ...refusedOrigin } },
  { name: 'origin: empty', http: { send: get('/healthz', `${host}Origin:\r\n`), ...refusedOrigin } },
  {
    name: 'origin: a web site',
    http: { send: get('/healthz', `${host}Origin: https://example.com\r\n`), ...refusedOrigin },
  },
  {
    name: 'origin: our host, no port',
    http: { send: get('/healthz', `${host}Origin: http://127.0.0.1\r\n`), ...refusedOrigin },
  },
  {
    name: 'origin: our host, https',
    http: { send: get('/healthz', `${host}Origin: https://127.0.0.1:PORT\r\n`), ...refusedOrigin },
  },
  {
    name: 'origin: our host, another port',
    http: { send: get('/healthz', `${host}Origin: http://127.0.0.1:1\r\n`), ...refusedOrigin },
  },
  {
    name: 'origin: another of our names',
    http: {
      send: get('/healthz', 'Host: 127.0.0.1:PORT\r\nOrigin: http://localhost:PORT\r\n'),
      ...refusedOrigin,
    },
  },
  {
    name: 'origin: two, one ours',
    http: {
      send: get('/healthz', `${host}Origin: http://127.0.0.1:PORT\r\nOrigin: https://example.com\r\n`),
      ...refusedOrigin,
    },
  },
  {
    name: 'sec-fetch-site: cross-site',
    http: { send: get('/healthz', `${host}Sec-Fetch-Site: cross-site\r\n`), ...refusedSite },
  },
  {
    name: 'sec-fetch-site: same-site',
    http: { send: get('/healthz', `${host}Sec-Fetch-Site: same-site\r\n`), ...refusedSite },
  },
  {
    name: 'sec-fetch-site: same-origin',
    http: { send: get('/healthz', `${host}Sec-Fetch-Site: same-origin\r\n`), ...welcome },
  },
  {
    name: 'sec-fetch-site: none',
    http: { send: get('/healthz', `${host}Sec-Fetch-Site: none\r\n`), ...welcome },
  },
  {
    name: 'sec-fetch-mode is not looked at',
    http: { send: get('/healthz', `${host}Sec-Fetch-Mode: cors\r\n`), ...welcome },
  },
  ...[
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain;charset=UTF-8',
    'Text/Plain',
  ].map((type) => ({
    name: `form content type: ${type}`,
    http: {
      send: post('{"method":"echo"}', `${host}${token}Content-Type: ${type}\r\n`),
      status: 415,
      body: /"code": "invalid_request"\}$/,
    },
  })),
  {
    name: 'no content type is taken for JSON',
    http: { send: post('{"method":"echo"}', host + token), status: 200, body: '{"echo":{}}' },
  },
]

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

const framing: readonly Behaviour[] = [
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

const notObject = 'request must be a JSON object'
const framesOfSocket: readonly Behaviour[] = [
  {
    name: 'everything wrong: the object comes first',
    socket: { send: '7\n', answer: rpcFailure(null, -32600, notObject, 'invalid_request') },
  },
  {
    name: 'then the version',
    socket: {
      send: line({ jsonrpc: '1.0', method: 1, params: 2 }),
      answer: rpcFailure(null, -32600, "jsonrpc must be '2.0'", 'invalid_request'),
    },
  },
  {
    name: 'the version, with an id to echo',
    socket: {
      send: line({ id: 'x', method: 1 }),
      answer: rpcFailure('x', -32600, "jsonrpc must be '2.0'", 'invalid_request'),
    },
  },
  {
    name: 'then the id: absent',
    socket: {
      send: line({ jsonrpc: '2.0', method: 1, params: 2 }),
      answer: rpcFailure(null, -32600, 'id required and non-null', 'invalid_request'),
    },
  },
  {
    name: 'then the id: null',
    socket: {
      send: line({ jsonrpc: '2.0', id: null, method: 'echo' }),
      answer: rpcFailure(null, -32600, 'id required and non-null', 'invalid_request'),
    },
  },
  {
    name: 'an id of 0 is an id',
    socket: {
      send: line({ jsonrpc: '2.0', id: 0, method: 'echo' }),
      answer: { jsonrpc: '2.0', id: 0, result: { echo: {} } },
    },
  },
  {
    name: 'then the method',
    socket: {
      send: line({ jsonrpc: '2.0', id: 3, method: 1, params: 2 }),
      answer: rpcFailure(3, -32600, 'method must be a string', 'invalid_request'),
    },
  },
  {
    name: 'then the params',
    socket: {
      send: line({ jsonrpc: '2.0', id: 3, method: 'brew_tea', params: 2 }),
      answer: rpcFailure(3, -32600, 'params must be object or array', 'invalid_request'),
    },
  },
  {
    name: 'empty positional params are none',
    socket: {
      send: line({ jsonrpc: '2.0', id: 3, method: 'echo', params: [] }),
      answer: { jsonrpc: '2.0', id: 3, result: { echo: {} } },
    },
  },
  {
    name: 'CRLF ends a line too',
    socket: {
      send: '{"jsonrpc":"2.0","id":3,"method":"echo"}\r\n',
      answer: { jsonrpc: '2.0', id: 3, result: { echo: {} } },
    },
  },
  {
    name: 'a control line gets a raw reply',
    socket: { send: line({ type: 'status' }), answer: { ok: true, type: 'status' } },
  },
  {
    name: 'with a jsonrpc member it is no control line',
    socket: {
      send: line({ jsonrpc: '2.0', type: 'status' }),
      answer: rpcFailure(null, -32600, 'id required and non-null', 'invalid_request'),
    },
  },
  {
    name: 'a type that is no text is no control line',
    socket: {
      send: line({ type: 1 }),
      answer: rpcFailure(null, -32600, "jsonrpc must be '2.0'", 'invalid_request'),
    },
  },
]

export const behaviours: readonly Behaviour[] = [
  ...calls,
  ...routing,
  ...access,
  ...framing,
  ...framesOfSocket,
]
