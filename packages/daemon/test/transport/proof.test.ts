// GET /healthz?challenge=…: the daemon proves that it holds the token of its directory, to whoever asks, and says
// nothing else by it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { daemonProof, newChallenge } from '../../../client/src/daemon-proof.ts'
import { startTransports, type Transports, testToken } from './support/fixture.ts'
import { ask } from './support/raw-http.ts'

let transports: Transports
beforeAll(async () => {
  transports = await startTransports()
})
afterAll(() => transports[Symbol.asyncDispose]())

async function health(query: string, headers = 'Host: localhost\r\n', { port } = transports) {
  const { responses } = await ask(port, `GET /healthz${query} HTTP/1.1\r\n${headers}\r\n`, { responses: 1 })
  const [response] = responses
  return { status: response?.status, body: response?.body ?? '' }
}

describe('a challenge', () => {
  test('is answered with the keyed digest of itself and of this end of the connection', async () => {
    const challenge = newChallenge()
    const end = { address: '127.0.0.1', port: transports.port }
    const { status, body } = await health(`?challenge=${challenge}`)
    expect(status).toBe(200)
    expect(body).toBe(`{"ok": true, "proof": "${daemonProof(testToken, challenge, end)}"}`)
    expect(body).not.toContain(testToken)
  })

  test('is answered for the port it came in on, whatever the request claims', async () => {
    const challenge = newChallenge()
    const end = { address: '127.0.0.1', port: transports.port }
    const { responses } = await ask(
      transports.port,
      `GET http://localhost/healthz?challenge=${challenge} HTTP/1.1\r\nHost: 127.0.0.1\r\nForwarded: host="127.0.0.1:4711"\r\nX-Forwarded-Port: 4711\r\n\r\n`,
      { responses: 1 },
    )
    expect(JSON.parse(responses[0]?.body ?? '').proof).toBe(daemonProof(testToken, challenge, end))
  })

  test.each([
    ['none', ''],
    ['another parameter', '?chal=x'],
    ['a blank one', '?challenge=&challenge=%20'],
  ])('%s changes nothing about the answer', async (_name, query) => {
    expect(await health(query)).toEqual({ status: 200, body: '{"ok": true}' })
  })

  test.each([
    ['too short', 'abc'],
    ['too long', 'A'.repeat(44)],
    ['no base64url', `${'A'.repeat(42)}%0A`],
  ])('%s is refused, and told what it should be', async (_name, challenge) => {
    const { status, body } = await health(`?challenge=${challenge}`)
    expect(status).toBe(400)
    expect(JSON.parse(body)).toEqual({
      error: "param 'challenge': expected 32 random bytes in base64url",
      code: 'invalid_params',
    })
  })

  test.each([
    ['another origin', 'Host: localhost\r\nOrigin: https://example.com\r\n'],
    ['another site', 'Host: localhost\r\nSec-Fetch-Site: cross-site\r\n'],
    ['a rebound name', 'Host: rebound.example\r\n'],
  ])('from %s is refused as everything is', async (_name, headers) => {
    const { status, body } = await health(`?challenge=${newChallenge()}`, headers)
    expect(status).toBe(403)
    expect(body).not.toContain('proof')
  })
})

test('holds with the token that counts now, and also where nobody is asked for it', async () => {
  let current = 'first-token'
  const open = await startTransports({ auth: { kind: 'off', current: () => current } })
  try {
    const challenge = newChallenge()
    const end = { address: '127.0.0.1', port: open.port }
    const proof = async () =>
      JSON.parse((await health(`?challenge=${challenge}`, 'Host: localhost\r\n', open)).body).proof
    expect(await proof()).toBe(daemonProof('first-token', challenge, end))
    current = 'second-token'
    expect(await proof()).toBe(daemonProof('second-token', challenge, end))
  } finally {
    await open[Symbol.asyncDispose]()
  }
})
