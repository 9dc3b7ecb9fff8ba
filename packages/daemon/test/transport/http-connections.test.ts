// What happens between requests: keep-alive, order, slow and rude clients, load, and stopping.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import type { Dispatch } from '../../src/dispatch/dispatch.ts'
import { gate, startTransports, testToken } from './support/fixture.ts'
import { ask, sleep } from './support/raw-http.ts'

const host = 'Host: 127.0.0.1\r\n'
const auth = `Authorization: Bearer ${testToken}\r\n`
const health = `GET /healthz HTTP/1.1\r\n${host}\r\n`
const healthAndClose = `GET /healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`
const call = (method: string, headers = ''): string => {
  const body = JSON.stringify({ method })
  return `POST /rpc HTTP/1.1\r\n${host}${auth}${headers}Content-Length: ${body.length}\r\n\r\n${body}`
}
const statuses = (answer: { responses: readonly { status: number }[] }): number[] =>
  answer.responses.map(({ status }) => status)

describe('one connection', () => {
  test('serves one request after the other', async () => {
    await using transports = await startTransports()
    const answer = await ask(transports.port, [health, call('echo'), call('nonsense'), healthAndClose])
    expect(statuses(answer)).toEqual([200, 200, 404, 200])
    expect(answer.closed).toBe(true)
  })

  test('goes on after an error in a request that was read whole', async () => {
    await using transports = await startTransports()
    const refused = call('echo').replace(testToken, 'nonsense')
    const answer = await ask(transports.port, [
      refused,
      `GET /tea HTTP/1.1\r\n${host}${auth}\r\n`,
      healthAndClose,
    ])
    expect(statuses(answer)).toEqual([401, 404, 200])
  })

  test('answers pipelined requests in order and runs them one after the other', async () => {
    const started: string[] = []
    const slow = gate()
    const dispatch: Dispatch = async (method) => {
      started.push(method)
      if (method === 'slow') await slow.pass()
      return method
    }
    await using transports = await startTransports({ dispatch })
    const asking = ask(transports.port, call('slow') + call('quick') + healthAndClose)
    await slow.reached()
    await sleep(50)
    expect(started).toEqual(['slow'])
    slow.open()
    const answer = await asking
    expect(answer.responses.map(({ body }) => body)).toEqual(['"slow"', '"quick"', '{"ok": true}'])
  })

  test('is not read from while too many of its requests wait', async () => {
    const slow = gate()
    await using transports = await startTransports({ dispatch: () => slow.pass() })
    const socket = await opened(transports.port)
    socket.write(call('slow'))
    // The kernel's buffers take some megabytes; the rest has to stay with the sender.
    const padded = health.replace(host, `${host}X: ${'x'.repeat(4_000)}\r\n`)
    expect(await taken(socket, padded.repeat(16), 256)).toBeLessThan(256)
    socket.destroy()
    slow.open()
    expect(statuses(await ask(transports.port, health, { responses: 1 }))).toEqual([200])
  })

  test('is read from again when they are answered', async () => {
    const slow = gate()
    await using transports = await startTransports({
      dispatch: () => slow.pass(),
      httpLimits: { pipelinedMax: 2 },
    })
    const asking = ask(transports.port, [
      call('slow'),
      ...Array.from({ length: 20 }, () => health),
      healthAndClose,
    ])
    await slow.reached()
    await sleep(300)
    slow.open()
    expect(statuses(await asking)).toEqual(Array.from({ length: 22 }, () => 200))
  })

  test('answers what was asked before garbage, then refuses the garbage', async () => {
    const slow = gate()
    await using transports = await startTransports({ dispatch: () => slow.pass().then(() => 'done') })
    const asking = ask(transports.port, `${call('slow')}GARBAGE\r\n\r\n`)
    await slow.reached()
    slow.open()
    const answer = await asking
    expect(statuses(answer)).toEqual([200, 400])
    expect(answer.responses[1]?.body).toBe('{"error": "malformed request line", "code": "invalid_request"}')
    expect(answer.closed).toBe(true)
  })

  test('never runs a request smuggled behind conflicting lengths', async () => {
    const ran: string[] = []
    const dispatch: Dispatch = async (method) => {
      ran.push(method)
      return null
    }
    await using transports = await startTransports({ dispatch })
    const smuggled = call('smuggled')
    const chunked = 'Transfer-Encoding: chunked\r\n'
    const head = (fields: string): string => `POST /rpc HTTP/1.1\r\n${host}${auth}${fields}\r\n`
    const attempts = [
      `${head(`Content-Length: 5\r\n${chunked}`)}0\r\n\r\n${smuggled}`,
      `${head(`${chunked}Content-Length: 5\r\n`)}0\r\n\r\n${smuggled}`,
      `${head(`Content-Length: 5\r\n${chunked}`).replaceAll('\r\n', '\n')}0\r\n\r\n${smuggled}`,
      `${head('Transfer-Encoding: chunked, identity\r\n')}0\r\n\r\n${smuggled}`,
      `${head('Transfer-Encoding: gzip, chunked\r\n')}0\r\n\r\n${smuggled}`,
      `${head(chunked).replace('HTTP/1.1', 'HTTP/1.0')}0\r\n\r\n${smuggled}`,
      `${head(`Transfer-Encoding : chunked\r\nContent-Length: 0\r\n`)}${smuggled}`,
      `${head(`X: a\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n`)}${smuggled}`,
      `${head(`Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n`)}${smuggled}`,
      `GET /healthz HTTP/1.1\n${host}\n${smuggled}`,
      `GET /healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n${smuggled}`,
    ]
    for (const attempt of attempts) {
      const answer = await ask(transports.port, attempt)
      expect(answer.responses, attempt).toHaveLength(1)
      expect(answer.closed, attempt).toBe(true)
    }
    expect(ran).toEqual([])
  })

  test('delivers an early refusal although the client goes on sending', async () => {
    await using transports = await startTransports()
    const announced = 64 * 1024 * 1024
    const head = `POST /rpc HTTP/1.1\r\n${host}${auth}Content-Length: ${announced}\r\n\r\n`
    const flood = Array.from({ length: 64 }, () => Buffer.alloc(65_536, 'x'))
    const reading = await ask(transports.port, [head, ...flood], { gapMs: 0 })
    expect(statuses(reading)).toEqual([413])
    // The harder case: a client that reads only after it has sent. A reset would have thrown the answer away.
    const late = await ask(transports.port, [head, ...flood], { gapMs: 0, readAfterMs: 400 })
    expect(statuses(late)).toEqual([413])
    const malformed = head.replace(`${announced}`, 'lots')
    const unparsed = await ask(transports.port, [malformed, ...flood], { gapMs: 0, readAfterMs: 400 })
    expect(statuses(unparsed)).toEqual([400])
  })

  test('answers a client that closed its half while the answer was being made', async () => {
    const slow = gate()
    await using transports = await startTransports({ dispatch: () => slow.pass().then(() => 'done') })
    const asking = ask(transports.port, call('slow') + call('slow'), { halfClose: true })
    await slow.reached()
    slow.open()
    const answer = await asking
    expect(statuses(answer)).toEqual([200, 200])
    expect(answer.closed).toBe(true)
  })

  test('tells a client that waits for it to go on, and one that may not that it may not', async () => {
    await using transports = await startTransports()
    const [head = '', body = ''] = call('echo', 'Expect: 100-continue\r\n').split(/(?<=\r\n\r\n)/)
    const told = await ask(transports.port, [head, body], { responses: 1, gapMs: 50 })
    expect(told.text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
    const refused = await ask(transports.port, head.replace(testToken, 'nonsense'))
    expect(statuses(refused)).toEqual([401])
    expect(refused.text).not.toContain('100 Continue')
    expect(refused.closed).toBe(true)
  })
})

describe('slow clients', () => {
  test('a head that drips is cut off with an answer', async () => {
    await using transports = await startTransports({ httpLimits: { headersWaitMsMax: 150 } })
    const drip = [...`GET /healthz HTTP/1.1\r\n${host}X: ${'x'.repeat(200)}`]
    const answer = await ask(transports.port, drip, { gapMs: 5 })
    expect(statuses(answer)).toEqual([408])
    expect(answer.closed).toBe(true)
  })

  test('a second head that drips is cut off with an answer', async () => {
    await using transports = await startTransports({ httpLimits: { headersWaitMsMax: 150 } })
    const answer = await ask(transports.port, [health, 'GET /healthz HTTP/1.1\r\nHos'])
    expect(statuses(answer)).toEqual([200, 408])
    expect(answer.closed).toBe(true)
  })

  test('a body that drips is cut off with an answer', async () => {
    await using transports = await startTransports({ httpLimits: { bodyWaitMsMax: 150 } })
    const head = `POST /rpc HTTP/1.1\r\n${host}${auth}Content-Length: 500\r\n\r\n`
    const answer = await ask(transports.port, [head, ...'x'.repeat(100)], { gapMs: 5 })
    expect(statuses(answer)).toEqual([408])
    expect(answer.closed).toBe(true)
  })

  test('a connection that never speaks is closed', async () => {
    await using transports = await startTransports({ httpLimits: { headersWaitMsMax: 100 } })
    expect(await ask(transports.port, [])).toMatchObject({ closed: true, text: '' })
  })

  test('a connection without a further request is closed', async () => {
    await using transports = await startTransports({ httpLimits: { idleMsMax: 100 } })
    const answer = await ask(transports.port, health)
    expect(statuses(answer)).toEqual([200])
    expect(answer.closed).toBe(true)
  })

  test('a peer that does not read its answer is cut off', async () => {
    const answerBytes = 32 * 1024 * 1024
    const dispatch: Dispatch = async () => 'x'.repeat(answerBytes)
    await using transports = await startTransports({ dispatch, httpLimits: { idleMsMax: 200 } })
    const socket = connect({ port: transports.port, host: '127.0.0.1' })
    socket.on('error', () => {})
    let bytes = 0
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    socket.pause()
    const closed = once(socket, 'close')
    socket.write(call('big'))
    await eventually(() => expect(transports.logged.map(({ event }) => event)).toContain('http_request'))
    await sleep(600)
    socket.resume()
    await closed
    // The kernel's buffers take some of it.
    expect(bytes).toBeLessThan(answerBytes)
  })
})

describe('load', () => {
  test('over the cap of requests in flight: 503, and health still answers', async () => {
    const slow = gate()
    const dispatch: Dispatch = () => slow.pass().then(() => 'done')
    await using transports = await startTransports({ dispatch, httpLimits: { requestsInFlightMax: 2 } })
    const running = [
      ask(transports.port, call('a'), { responses: 1 }),
      ask(transports.port, call('b'), { responses: 1 }),
    ]
    await slow.reached(2)
    const [refused] = (await ask(transports.port, call('c'), { responses: 1 })).responses
    expect(refused?.status).toBe(503)
    expect(refused?.headers.get('retry-after')).toBe('1')
    expect(refused?.body).toContain('"code": "overloaded"')
    expect(statuses(await ask(transports.port, health, { responses: 1 }))).toEqual([200])
    slow.open()
    expect((await Promise.all(running)).flatMap(statuses)).toEqual([200, 200])
    expect(statuses(await ask(transports.port, call('d'), { responses: 1 }))).toEqual([200])
  })

  test('300 connections at once: each is answered, at most 256 are served', async () => {
    await using transports = await startTransports()
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => ask(transports.port, health, { responses: 1, waitMs: 15_000 })),
    )
    const counts = answers.flatMap(statuses)
    expect(counts).toHaveLength(300)
    expect(counts.filter((status) => status !== 200 && status !== 503)).toEqual([])
    expect(counts.filter((status) => status === 200).length).toBeGreaterThanOrEqual(256)
    expect(statuses(await ask(transports.port, health, { responses: 1 }))).toEqual([200])
  })

  test('connections that hold their place in silence make room', async () => {
    await using transports = await startTransports({
      httpLimits: { connectionsMax: 10, connectionQuietMsMin: 100 },
    })
    const silent = await Promise.all(Array.from({ length: 10 }, () => opened(transports.port)))
    await sleep(150)
    expect(statuses(await ask(transports.port, health, { responses: 1 }))).toEqual([200])
    for (const socket of silent) socket.destroy()
  })

  test('kept-alive connections make room', async () => {
    await using transports = await startTransports({ httpLimits: { connectionsMax: 3 } })
    const idle = await Promise.all(Array.from({ length: 3 }, () => opened(transports.port)))
    const answered = Promise.all(idle.map((socket) => once(socket, 'data')))
    for (const socket of idle) socket.write(health)
    await answered
    expect(statuses(await ask(transports.port, health, { responses: 1 }))).toEqual([200])
    for (const socket of idle) socket.destroy()
  })

  test('connections at work are not pushed aside', async () => {
    const slow = gate()
    await using transports = await startTransports({
      dispatch: () => slow.pass().then(() => 'done'),
      httpLimits: { connectionsMax: 2 },
    })
    const running = [
      ask(transports.port, call('a'), { responses: 1 }),
      ask(transports.port, call('b'), { responses: 1 }),
    ]
    await slow.reached(2)
    const turnedAway = await ask(transports.port, health)
    expect(turnedAway.responses[0]?.body).toBe(
      '{"error": "too many connections; try again in a moment", "code": "overloaded"}',
    )
    expect(turnedAway.responses[0]?.headers.get('retry-after')).toBe('1')
    slow.open()
    expect((await Promise.all(running)).flatMap(statuses)).toEqual([200, 200])
  })

  test('a client that leaves in the middle disturbs nobody', async () => {
    const slow = gate()
    await using transports = await startTransports({
      dispatch: () => slow.pass().then(() => 'x'.repeat(1_000_000)),
    })
    const socket = await opened(transports.port)
    socket.write(call('slow') + call('never'))
    await slow.reached()
    socket.resetAndDestroy()
    slow.open()
    expect(statuses(await ask(transports.port, health, { responses: 1 }))).toEqual([200])
  })
})

describe('stopping', () => {
  test('writes the answers under way, closes the rest, and is over soon', async () => {
    const slow = gate()
    await using transports = await startTransports({ dispatch: () => slow.pass().then(() => 'done') })
    const idle = await opened(transports.port)
    const asking = ask(transports.port, call('slow'))
    await slow.reached()
    const stopping = transports.http.stop()
    await sleep(50)
    slow.open()
    const answer = await asking
    expect(answer.responses.map(({ body }) => body)).toEqual(['"done"'])
    expect(answer.responses[0]?.headers.get('connection')).toBe('close')
    expect(answer.closed).toBe(true)
    await stopping
    await transports.http.stop()
    expect(transports.http.port()).toBeNull()
    await expect(opened(transports.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    idle.destroy()
  })

  test('does not wait for ever', async () => {
    const never = gate()
    await using transports = await startTransports({
      dispatch: () => never.pass(),
      httpLimits: { drainMsMax: 100 },
    })
    const asking = ask(transports.port, call('never'))
    await never.reached()
    await transports.http.stop()
    expect(await asking).toMatchObject({ responses: [], closed: true })
    never.open()
  })
})

describe('the log', () => {
  test('one line for each request: the path without its query, and the id that an internal error carries', async () => {
    await using transports = await startTransports()
    await ask(transports.port, `GET /healthz?secret=1 HTTP/1.1\r\n${host}\r\n`, { responses: 1 })
    const [broken] = (await ask(transports.port, call('breaks'), { responses: 1 })).responses
    expect(broken?.status).toBe(500)
    expect(broken?.body).toBe('{"error": "internal error (test-2)", "code": "internal"}')
    await ask(transports.port, 'NONSENSE\r\n\r\n')
    const lines = transports.logged
      .filter(({ event }) => event === 'http_request')
      .map(({ fields }) => fields)
    expect(lines).toEqual([
      { method: 'GET', target: '/healthz', status: 200, bytes: 12, ms: expect.any(Number), id: 'test-1' },
      { method: 'POST', target: '/rpc', status: 500, bytes: 56, ms: expect.any(Number), id: 'test-2' },
      { method: '-', target: '-', status: 400, bytes: 62, ms: 0, id: 'test-3' },
    ])
    expect(JSON.stringify(transports.logged)).not.toContain(testToken)
    expect(transports.logged).toContainEqual({
      event: 'operation_failed',
      fields: expect.objectContaining({ id: 'test-2' }),
    })
  })

  test('a result that has no JSON form is an internal error, and its id is in the log', async () => {
    await using transports = await startTransports()
    const [broken] = (await ask(transports.port, call('unwritable'), { responses: 1 })).responses
    expect(broken?.body).toBe('{"error": "internal error (test-1)", "code": "internal"}')
    expect(transports.logged).toContainEqual({
      event: 'request_failed',
      fields: expect.objectContaining({ id: 'test-1' }),
    })
  })
})

/** How many of `count` equal blocks the peer's side took before it stopped taking. */
async function taken(socket: Socket, block: string, count: number): Promise<number> {
  for (let sent = 0; sent < count; sent += 1) {
    const written = new Promise<boolean>((resolve) => socket.write(block, () => resolve(true)))
    if (!(await Promise.race([written, sleep(1_500).then(() => false)]))) return sent
  }
  return count
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('error', reject)
    socket.once('connect', () => resolve(socket))
  })
}
