// HTTP: which paths and methods there are, and what is said of all others.
import type { Behaviour } from './behaviour.ts'
import { failure, get, host, token } from './messages.ts'

export const routing: readonly Behaviour[] = [
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
