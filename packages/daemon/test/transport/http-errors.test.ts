// Every error code of the daemon over both transports, as literals: a changed status or number is a changed contract.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTransports, type Transports, testToken } from './support/fixture.ts'
import { ask } from './support/raw-http.ts'
import { talk } from './support/raw-socket.ts'

let transports: Transports
beforeAll(async () => {
  transports = await startTransports()
})
afterAll(() => transports[Symbol.asyncDispose]())

const expected: readonly (readonly [code: string, status: number, rpcCode: number])[] = [
  ['invalid_json', 400, -32700],
  ['invalid_request', 400, -32600],
  ['invalid_params', 400, -32602],
  ['unknown_method', 404, -32601],
  ['not_found', 404, -32001],
  ['method_not_allowed', 405, -32001],
  ['unauthorized', 401, -32001],
  ['forbidden', 403, -32001],
  ['too_large', 413, -32600],
  ['overloaded', 503, -32001],
  ['timeout', 504, -32001],
  ['unavailable', 503, -32001],
  ['data_dir_unsafe', 500, -32001],
  ['locked', 503, -32001],
  ['key_missing', 503, -32001],
  ['key_wrong', 503, -32001],
  ['store_corrupt', 500, -32001],
  ['store_newer', 500, -32001],
  ['disk_full', 507, -32001],
  ['config_invalid', 500, -32001],
]

test.each(expected)('%s: HTTP %i, JSON-RPC %i', async (code, status, rpcCode) => {
  const body = JSON.stringify({ method: 'fails_with', params: { code } })
  const head = `POST /rpc HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${testToken}\r\n`
  const answer = await ask(transports.port, `${head}Content-Length: ${body.length}\r\n\r\n${body}`, {
    responses: 1,
  })
  expect(answer.responses[0]).toMatchObject({
    status,
    body: `{"error": "a ${code} of the test", "code": "${code}"}`,
  })
  expect(answer.responses[0]?.headers.get('retry-after')).toBe(status === 503 ? '1' : undefined)
  const request = { jsonrpc: '2.0', id: 1, method: 'fails_with', params: { code } }
  const [line = ''] = await talk(transports.socketPath, `${JSON.stringify(request)}\n`)
  expect(JSON.parse(line).error).toEqual({ code: rpcCode, message: `a ${code} of the test`, data: { code } })
})

test('what is internal stays inside', async () => {
  const [line = ''] = await talk(transports.socketPath, '{"jsonrpc":"2.0","id":1,"method":"breaks"}\n')
  expect(JSON.parse(line).error).toEqual({
    code: -32001,
    message: expect.stringMatching(/^internal error \(test-\w+\)$/),
    data: { code: 'internal' },
  })
  expect(line).not.toContain('inside')
})
