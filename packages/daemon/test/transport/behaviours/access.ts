// HTTP: who gets in. Tokens, names of the host, origins, and what a browser says of itself.
import type { Behaviour } from './behaviour.ts'
import {
  bearer,
  failure,
  get,
  host,
  post,
  refusedHost,
  refusedOrigin,
  refusedSite,
  token,
  unauthorized,
  welcome,
} from './messages.ts'

const secret = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ'

export const access: readonly Behaviour[] = [
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
  ...[
    ['a cookie', `Cookie: token=${secret}; Authorization=Bearer%20${secret}\r\n`],
    ['a header for proxies', `Proxy-Authorization: Bearer ${secret}\r\n`],
    ['headers of other daemons', `X-Api-Key: ${secret}\r\nX-Auth-Token: ${secret}\r\n`],
  ].map(([where, header]) => ({
    name: `the token in ${where}`,
    http: { send: get('/rpc', `${host}${header}`), ...unauthorized },
  })),
  {
    name: 'the token in the body',
    http: { send: post(`{"method":"echo","token":"${secret}"}`, host), ...unauthorized },
  },
  {
    name: 'the token in the authority of an absolute form',
    http: { send: get(`http://x:${secret}@127.0.0.1/rpc`, host), ...refusedHost },
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
