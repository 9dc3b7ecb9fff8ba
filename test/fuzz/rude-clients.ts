// Clients that are not broken but rude: a thousand that say nothing, some hundred that drip, floods of headers, endless
// bodies, a long pipeline, lengths that contradict each other. All at the product's own limits. A polite client is
// served all the while.
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { limits } from '../../packages/daemon/src/kit/limits.ts'
import { ask } from '../../packages/daemon/test/transport/support/raw-http.ts'
import { talk } from '../../packages/daemon/test/transport/support/raw-socket.ts'
import type { DaemonChild } from '../support/daemon-child.ts'

export interface Rudeness {
  readonly name: string
  /** What was seen; throws when a promise was broken. */
  run(daemon: DaemonChild, token: string): Promise<string>
}

const politeMsMax = 15_000
const health = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
const status = '{"type":"status"}\n'

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

/** Asks over both ways in until answered; a full house says so and makes room within moments. */
export async function politely({ port, socketPath }: DaemonChild): Promise<void> {
  const until = performance.now() + politeMsMax
  for (;;) {
    const overHttp = await ask(port, health, { responses: 1 }).catch(() => null)
    const overSocket = await talk(socketPath, status).catch(() => [])
    if (overHttp?.responses[0]?.status === 200 && overSocket[0]?.includes('"ok":true')) return
    must(performance.now() < until, 'a polite client was not served')
    await sleep(200)
  }
}

function opened(options: { port: number; host: string } | { path: string }): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(options)
    socket.on('error', () => resolve(socket)).once('connect', () => resolve(socket))
  })
}

const idleConnections = 1_000

const idle: Rudeness = {
  name: `${idleConnections} connections that say nothing, over each way in`,
  async run(daemon) {
    const sockets: Socket[] = []
    for (let count = 0; count < idleConnections; count += 1) {
      sockets.push(await opened({ port: daemon.port, host: '127.0.0.1' }))
      sockets.push(await opened({ path: daemon.socketPath }))
    }
    await politely(daemon)
    for (const socket of sockets) socket.destroy()
    await politely(daemon)
    return 'served beside them and after them'
  },
}

const drippers = 150
const dripEveryMs = 250

const slowloris: Rudeness = {
  name: `${drippers} heads that drip`,
  async run(daemon) {
    const sockets = await Promise.all(
      Array.from({ length: drippers }, () => opened({ port: daemon.port, host: '127.0.0.1' })),
    )
    let closed = 0
    const count = (): void => {
      closed += 1
    }
    for (const socket of sockets) socket.on('close', count).resume()
    const startedAt = performance.now()
    const until = startedAt + limits.httpHeadersWaitMsMax + 5_000
    let polite = 0
    for (let drip = 0; closed < drippers && performance.now() < until; drip += 1) {
      for (const socket of sockets)
        if (socket.writable) socket.write(drip === 0 ? 'GET /healthz HTTP/1.1\r\nX: ' : 'x')
      const { responses } = await ask(daemon.port, health, { responses: 1 })
      polite += responses[0]?.status === 200 ? 1 : 0
      await sleep(dripEveryMs)
    }
    for (const socket of sockets) socket.destroy()
    must(closed === drippers, `${drippers - closed} of them were never cut off`)
    must(polite > 10, 'a polite client was not served meanwhile')
    return `all cut off within ${((performance.now() - startedAt) / 1_000).toFixed(0)} s; ${polite} polite requests served meanwhile`
  },
}

const floods: Rudeness = {
  name: 'floods of headers, bodies and lines',
  async run({ port, socketPath }, token) {
    const auth = `Host: localhost\r\nAuthorization: Bearer ${token}\r\n`
    const many = `GET /healthz HTTP/1.1\r\n${auth}${'X: y\r\n'.repeat(20_000)}\r\n`
    must((await ask(port, many)).responses[0]?.status === 431, 'twenty thousand headers')
    const one = `GET /healthz HTTP/1.1\r\n${auth}X: ${'y'.repeat(4 * 1024 * 1024)}\r\n\r\n`
    must((await ask(port, one)).responses[0]?.status === 431, 'a header of 4 MiB')
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const endless = [
      `POST /rpc HTTP/1.1\r\n${auth}Transfer-Encoding: chunked\r\n\r\n`,
      ...Array.from({ length: 64 }, () => chunk),
    ]
    must((await ask(port, endless, { gapMs: 0 })).responses[0]?.status === 413, 'a body without an end')
    const [refused, answered] = await talk(socketPath, `${'x'.repeat(8 * 1024 * 1024)}\n${status}`, 2)
    must(refused?.includes('too_large') === true, 'a line of 8 MiB')
    must(answered?.includes('"ok":true') === true, 'the connection goes on after a line of 8 MiB')
    return '431, 431, 413, and a line refused on a connection that went on'
  },
}

const pipelined = 3_000

const pipeline: Rudeness = {
  name: `a pipeline of ${pipelined} requests`,
  async run({ port }) {
    const { responses } = await ask(port, health.repeat(pipelined), { responses: pipelined, waitMs: 30_000 })
    must(responses.length === pipelined, `${responses.length} answers`)
    return 'answered in order, every one'
  },
}

const smuggling: Rudeness = {
  name: 'lengths that contradict each other',
  async run({ port }, token) {
    const auth = `Host: localhost\r\nAuthorization: Bearer ${token}\r\n`
    const body = '{"method":"profile_set","params":{"knob":"identity","value":"smuggled"}}'
    const smuggled = `POST /rpc HTTP/1.1\r\n${auth}Content-Length: ${body.length}\r\n\r\n${body}`
    const head = (fields: string): string => `POST /rpc HTTP/1.1\r\n${auth}${fields}\r\n`
    const chunked = 'Transfer-Encoding: chunked\r\n'
    const attempts = [
      `${head(`Content-Length: 5\r\n${chunked}`)}0\r\n\r\n${smuggled}`,
      `${head(`${chunked}Content-Length: 5\r\n`)}0\r\n\r\n${smuggled}`,
      `${head('Transfer-Encoding: gzip, chunked\r\n')}0\r\n\r\n${smuggled}`,
      `${head('Transfer-Encoding : chunked\r\nContent-Length: 0\r\n')}${smuggled}`,
      `${head(`Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n`)}${smuggled}`,
      `${head('Content-Length: +0\r\n')}${smuggled}`,
      `${head('Content-Length: 0x0\r\n')}${smuggled}`,
      `${head(`${chunked}\r\n`)}0;a\nb\r\n\r\n${smuggled}`,
      `GET /healthz HTTP/1.1\nHost: localhost\n\n${smuggled}`,
    ]
    for (const attempt of attempts) {
      const { responses } = await ask(port, attempt, { waitMs: 3_000 })
      must(responses.length === 1, `${responses.length} answers to ${JSON.stringify(attempt.slice(0, 120))}`)
    }
    const call = '{"method":"profile_get"}'
    const asked = await ask(port, `${head(`Content-Length: ${call.length}\r\n`)}${call}`, { responses: 1 })
    must(!(asked.responses[0]?.body.includes('smuggled') ?? true), 'a smuggled request was run')
    return `${attempts.length} attempts: one answer each, none of the smuggled requests ran`
  },
}

export const rudenesses: readonly Rudeness[] = [floods, pipeline, smuggling, idle, slowloris]
