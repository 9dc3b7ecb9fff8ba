// `/mcp` as a route of the port: the checks of every route come first, and what is no proper message gets an answer.
import { expect, test } from 'vitest'
import { revisions, startMcp, token } from './support/mcp-fixture.ts'

const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })

async function post(url: string, body: string, headers: Record<string, string> = {}, init: RequestInit = {}) {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}`, ...json, ...headers },
    signal: AbortSignal.timeout(60_000),
    ...init,
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

test('a ping is answered, without a session', async () => {
  const { url } = await startMcp()
  const { status, headers, text } = await post(url, ping)
  expect([status, headers.get('mcp-session-id')]).toEqual([200, null])
  expect(text).toContain('"result":{}')
  expect(headers.get('cache-control')).toBe('no-store')
})

test('who may not come in is turned away before the message is read', async () => {
  const { url } = await startMcp()
  expect(await post(url, ping, { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 })
  expect(await post(`${url}?token=${token}`, ping, { authorization: '' })).toMatchObject({ status: 401 })
  expect(await post(url, ping, { origin: 'http://evil.example' })).toMatchObject({ status: 403 })
  expect(await post(url, ping, { origin: 'null' })).toMatchObject({ status: 403 })
  expect(await post(url, ping, { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 })
})

test('GET and DELETE, of which there are no streams and no sessions, are no methods here', async () => {
  const { url } = await startMcp()
  for (const method of ['GET', 'DELETE', 'PUT']) {
    const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  }
})

test.each([
  ['nothing', '', 400],
  ['no JSON', '{"jsonrpc":', 400],
  ['no message', '{"hello":1}', 400],
  ['a batch of nothing', '[]', 400],
  ['an unknown method', '{"jsonrpc":"2.0","id":1,"method":"nope"}', 200],
])('%s is answered with an error', async (_, body, status) => {
  const { url } = await startMcp()
  const answer = await post(url, body)
  expect(answer.status).toBe(status)
  expect(answer.text).toMatch(/"error":\{"code":-32\d{3}/)
})

test('a batch, which one revision of the protocol demands, is answered message by message', async () => {
  const { url } = await startMcp()
  const batch = [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'ping' }))
  const { status, text } = await post(url, JSON.stringify(batch), { 'mcp-protocol-version': '2025-03-26' })
  expect(status).toBe(200)
  expect(text).toContain('"id":1')
  expect(text).toContain('"id":2')
})

test('a body over the limit, and a form, are refused as on every route', async () => {
  const { url } = await startMcp()
  expect(await post(url, ' '.repeat(1_048_577))).toMatchObject({ status: 413 })
  expect(await post(url, ping, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 })
})

test('a notification is taken without an answer', async () => {
  const { url } = await startMcp()
  const notification = '{"jsonrpc":"2.0","method":"notifications/initialized"}'
  expect(await post(url, notification)).toMatchObject({ status: 202, text: '' })
})

test('a stream of changes is refused at once: nothing here ever changes', async () => {
  const mcp = await startMcp()
  const client = await mcp.connect({ way: 'http', revision: revisions[1] })
  const capabilities = Object.values(client.getServerCapabilities() ?? {})
  expect(capabilities).toEqual([{ listChanged: false }, { listChanged: false }, { listChanged: false }])
  const body = {
    jsonrpc: '2.0',
    id: 1,
    method: 'subscriptions/listen',
    params: {
      notifications: { toolsListChanged: true },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': revisions[1],
        'io.modelcontextprotocol/clientInfo': { name: 'host', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  }
  const headers = { 'mcp-protocol-version': revisions[1], 'mcp-method': 'subscriptions/listen' }
  const answer = await post(mcp.url, JSON.stringify(body), headers)
  expect(answer.text).toContain('"error"')
})

test('a revision that is not spoken here is named with those that are', async () => {
  const { url } = await startMcp()
  const body = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/list',
    params: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2031-01-01',
        'io.modelcontextprotocol/clientInfo': { name: 'host', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  }
  const headers = { 'mcp-protocol-version': '2031-01-01', 'mcp-method': 'tools/list' }
  const answer = await post(url, JSON.stringify(body), headers)
  expect(answer.status).toBe(400)
  expect(answer.text).toContain('2026-07-28')
})
