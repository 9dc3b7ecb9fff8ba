// Runs every behaviour of the table over every transport it names, one server for all: each must leave it healthy.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HttpCase } from './behaviours/behaviour.ts'
import { behaviours } from './behaviours.ts'
import { startTransports, type Transports } from './support/fixture.ts'
import { ask } from './support/raw-http.ts'
import { talk } from './support/raw-socket.ts'

let transports: Transports
beforeAll(async () => {
  transports = await startTransports()
})
afterAll(() => transports[Symbol.asyncDispose]())

const asked = '{"jsonrpc":"2.0","id":"after","method":"echo"}\n'
const answered = '{"jsonrpc":"2.0","id":"after","result":{"echo":{}}}'

describe('http', () => {
  const cases = behaviours.flatMap(({ name, http }) => (http === undefined ? [] : [{ name, http }]))
  test.each(cases)('$name', async ({ http }) => {
    const { port } = transports
    const send = withPort(http.send, port)
    const { halfClose = false, head = false } = http
    // Only a server that is expected to close is waited for; any other answer is complete when it is there.
    const until = http.closes === true ? {} : { responses: 1 }
    const answer = await ask(port, send, { halfClose, head, gapMs: 1, ...until })
    expect(answer.responses).toHaveLength(1)
    const [response] = answer.responses
    expect(response?.status).toBe(http.status)
    expectBody(http, response?.body)
    for (const [name, value] of Object.entries(http.headers ?? {})) {
      expect(response?.headers.get(name) ?? null, name).toBe(value)
    }
    expect([...(response?.headers.keys() ?? [])].filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    )
    if (http.closes !== undefined) expect(answer.closed).toBe(http.closes)
    const after = await ask(port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', { responses: 1 })
    expect(after.responses[0]?.body).toBe('{"ok": true}')
  })
})

describe('socket', () => {
  const cases = behaviours.flatMap(({ name, socket }) => (socket === undefined ? [] : [{ name, socket }]))
  test.each(cases)('$name', async ({ socket }) => {
    const lines = await talk(
      transports.socketPath,
      Buffer.concat([Buffer.from(socket.send), Buffer.from(asked)]),
      2,
    )
    expect(lines.map((line) => JSON.parse(line))).toEqual([socket.answer, JSON.parse(answered)])
  })
})

function expectBody({ body }: HttpCase, came: string | undefined): void {
  if (typeof body === 'string') expect(came).toBe(body)
  if (body instanceof RegExp) expect(came).toMatch(body)
}

/** The system chose the port, so the table says PORT. */
function withPort(send: HttpCase['send'], port: number): HttpCase['send'] {
  return typeof send === 'string' ? send.replaceAll('PORT', String(port)) : send
}
