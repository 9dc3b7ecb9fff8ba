// The socket: the order in which a frame is found fault with, and lines that are no calls.
import type { Behaviour } from './behaviour.ts'
import { line, rpcFailure } from './messages.ts'

const notObject = 'request must be a JSON object'
export const socketFrames: readonly Behaviour[] = [
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
