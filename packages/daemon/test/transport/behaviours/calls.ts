// Calls that both transports answer, each in its own dress.
import type { Behaviour } from './behaviour.ts'
import { failure, get, line, post, postBytes, rpcFailure } from './messages.ts'

export const calls: readonly Behaviour[] = [
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
