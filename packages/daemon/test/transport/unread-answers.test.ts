// Peers that ask much and read nothing, over real sockets: what waits for them stays within one limit over all
// connections, and others still get their answers.
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createUnreadAnswers } from '../../src/transport/unread-answers.ts'
import { startTransports, testToken } from './support/fixture.ts'
import { talk } from './support/raw-socket.ts'

const mib = 1024 * 1024
const answerBytes = 8 * mib
const answer = 'm'.repeat(answerBytes)
const peers: Socket[] = []

afterEach(() => {
  for (const peer of peers.splice(0)) peer.destroy()
})

/** Asks and never reads. */
async function askOnly(at: { readonly path: string } | { readonly port: number }, bytes: string) {
  const peer = 'path' in at ? connect(at.path) : connect(at.port)
  peers.push(peer)
  peer.on('error', () => {})
  peer.pause()
  await new Promise((resolve) => peer.once('connect', resolve))
  peer.write(bytes)
}

const body = '{"method": "long"}'
const call = '{"jsonrpc": "2.0", "id": 1, "method": "long"}\n'
const control = '{"type": "mcp", "message": {}}\n'
const post = (port: number) =>
  `POST /rpc HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${testToken}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`

describe('peers that do not read', () => {
  test('hold no more than the limit together, whichever transport they use', async () => {
    let now = 0
    const bytesMax = 48 * mib
    const unread = createUnreadAnswers({ now: () => now, bytesMax, waitMsMin: 10 })
    let made = 0
    const long = async () => {
      now += 1
      made += 1
      return { answer: `${made} ${answer}` }
    }
    await using transports = await startTransports({ dispatch: long, control: long, unread })
    const before = process.memoryUsage.rss()
    let most = 0
    for (let round = 0; round < 30; round += 1) {
      await askOnly({ path: transports.socketPath }, call)
      await askOnly({ path: transports.socketPath }, control)
      await askOnly({ port: transports.port }, post(transports.port))
      await vi.waitFor(() => expect(made).toBe((round + 1) * 3))
      most = Math.max(most, unread.bytes())
    }
    expect(most).toBeLessThanOrEqual(bytesMax)
    expect(most).toBeGreaterThan(bytesMax - 2 * answerBytes)
    // 90 of them would be 720 MiB; what was made of each is garbage besides.
    expect(process.memoryUsage.rss() - before).toBeLessThan(400 * mib)
    // Time passes, and who reads is served: the oldest of the others gave way.
    now += 1_000
    const [line = ''] = await talk(transports.socketPath, call)
    expect(JSON.parse(line).result.answer).toHaveLength(answerBytes + 3)
    for (const peer of peers.splice(0)) peer.destroy()
    await vi.waitFor(() => expect(unread.bytes()).toBe(0))
  }, 60_000)

  test('while nobody has waited for long, a further answer is refused in the words of its transport', async () => {
    const unread = createUnreadAnswers({ now: () => 0, bytesMax: 12 * mib, waitMsMin: 10 })
    const long = async () => ({ answer })
    await using transports = await startTransports({ dispatch: long, control: long, unread })
    await askOnly({ path: transports.socketPath }, call)
    await vi.waitFor(() => expect(unread.bytes()).toBeGreaterThan(answerBytes))
    const said = 'too many long answers wait to be read'
    const [rpc = ''] = await talk(transports.socketPath, call)
    expect(JSON.parse(rpc)).toMatchObject({ id: 1, error: { message: expect.stringContaining(said) } })
    const [line = ''] = await talk(transports.socketPath, control)
    expect(JSON.parse(line)).toEqual({ ok: false, reason: expect.stringContaining(said) })
    const response = await fetch(`http://127.0.0.1:${transports.port}/rpc`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${testToken}`, 'Content-Type': 'application/json' },
      body,
    })
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await response.json()).toMatchObject({ error: expect.stringContaining(said), code: 'overloaded' })
  })
})

test('only as many are hung up on as are needed, those first that have waited longest', () => {
  let now = 0
  const unread = createUnreadAnswers({ now: () => now, bytesMax: 100, waitMsMin: 10 })
  const hungUp: string[] = []
  const hold = (name: string, bytes: number) => unread.hold(bytes, () => hungUp.push(name))
  const [first] = [hold('a', 40), hold('b', 40)]
  expect(hold('c', 40)).toBeNull()
  now = 10
  expect(hold('c', 40)).not.toBeNull()
  expect(hungUp).toEqual(['a'])
  first?.()
  expect(unread.bytes()).toBe(80)
  expect(hold('d', 101)).toBeNull()
  now = 30
  expect(hold('d', 100)).not.toBeNull()
  expect(hungUp).toEqual(['a', 'b', 'c'])
})
