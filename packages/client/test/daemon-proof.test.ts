// The client tells its own daemon from whoever else listens on the port, before it sends the token or anything said.
import { chmod, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startFakeDaemon } from '../../../test/support/fake-daemon.ts'
import { tempDir } from '../../../test/support/temp-dir.ts'
import { isClientError } from '../src/client-error.ts'
import { daemonProof, isSameProof, newChallenge } from '../src/daemon-proof.ts'
import { createHttpClient } from '../src/http-client.ts'
import { connectDaemon } from '../src/socket-client.ts'

const token = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ'
const secretPrompt = 'the invented launch date of the blue teapot'

interface Stranger {
  readonly port: number
  /** Everything that was sent to it. */
  received(): string
}

/** Listens as a stranger would; `answers` sees what a connection has sent so far and may write to it. */
async function startStranger(answers: (sent: string, socket: Socket) => void): Promise<Stranger> {
  const sockets = new Set<Socket>()
  let all = ''
  const server = createServer((socket) => {
    sockets.add(socket)
    let sent = ''
    socket.on('error', () => {}) // the client leaves in the middle
    socket.on('data', (chunk) => {
      all += chunk.toString('latin1')
      sent += chunk.toString('latin1')
      answers(sent, socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, received: () => all }
}

/** The files that a killed daemon left, leading to the stranger's port. */
async function staleDirectory(port: number): Promise<string> {
  const dataDir = tempDir()
  await writeFile(join(dataDir, '.http.port'), String(port), { mode: 0o600 })
  await writeFile(join(dataDir, '.http.token'), token, { mode: 0o600 })
  return dataDir
}

function httpOk(body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

const challengeIn = (sent: string) => /challenge=([\w-]{43}) /.exec(sent)?.[1] ?? ''

async function callsOf(dataDir: string, timeoutMs = 15_000): Promise<unknown[]> {
  const client = createHttpClient({ dataDir })
  const turns = [{ text: secretPrompt, role: 'user' as const }]
  const batch = { client: 'test', session_id: 's', turns }
  const outcomes = await Promise.allSettled([
    client.call('memory_capture_batch', batch, { timeoutMs }),
    client.call('memory_recall', { cue: secretPrompt }, { timeoutMs }),
    client.sessionContextText({ session_id: secretPrompt }, { timeoutMs }),
  ])
  return outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : outcome))
}

describe('a stranger on the port gets neither token nor prompt', () => {
  const strangers: readonly (readonly [
    name: string,
    kind: string,
    answers: (sent: string, socket: Socket) => void,
  ])[] = [
    ['that is an older daemon, or says what one says', 'refused', (_, s) => s.write(httpOk('{"ok": true}'))],
    ['that answers at random', 'refused', (_, s) => s.write(httpOk(proofBody(newChallenge())))],
    ['that says an empty proof', 'refused', (_, s) => s.write(httpOk(proofBody('')))],
    ['that says a proof of another type', 'refused', (_, s) => s.write(httpOk('{"ok":true,"proof":[1]}'))],
    ['that sends the challenge back', 'refused', (sent, s) => s.write(httpOk(proofBody(challengeIn(sent))))],
    [
      'that knows another token',
      'refused',
      (sent, s) =>
        s.write(
          httpOk(proofBody(daemonProof('other', challengeIn(sent), { address: '127.0.0.1', port: 1 }))),
        ),
    ],
    [
      'that asks for the token first',
      'refused',
      (_, s) => s.write('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'),
    ],
    [
      'that sends the client elsewhere',
      'refused',
      (_, s) =>
        s.write('HTTP/1.1 307 Temporary\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'),
    ],
    ['that closes', 'bad_answer', (_, s) => s.end()],
    ['that speaks something else', 'bad_answer', (_, s) => s.write('SSH-2.0-hello\r\n')],
    ['that never stops answering', 'bad_answer', (_, s) => s.write(httpOk('x'.repeat(100_000)))],
    ['that claims to be busy', 'daemon', (_, s) => s.write('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n')],
    ['that says nothing', 'timed_out', () => {}],
    ['that drips', 'timed_out', (_, s) => void s.write('HTTP/1.1 200 OK\r\n')],
  ]
  test.each(strangers)('%s', async (_name, kind, answers) => {
    const stranger = await startStranger(answers)
    const dataDir = await staleDirectory(stranger.port)
    const outcomes = await callsOf(dataDir, kind === 'timed_out' ? 400 : undefined)
    expect(outcomes.map((error) => (isClientError(error) ? error.kind : error))).toEqual([kind, kind, kind])
    expect(stranger.received()).toMatch(/^GET \/healthz\?challenge=/)
    expect(stranger.received()).not.toContain(token)
    expect(stranger.received()).not.toMatch(/authorization|teapot|rpc|session-context/i)
  })

  test('one that replays a proof it once saw', async () => {
    let seen = ''
    const stranger = await startStranger((sent, socket) => {
      const end = { address: '127.0.0.1', port: stranger.port }
      seen ||= daemonProof(token, newChallenge(), end) // of the right daemon, on this port, for another challenge
      if (challengeIn(sent) !== '') socket.write(httpOk(proofBody(seen)))
    })
    const [error] = await callsOf(await staleDirectory(stranger.port))
    expect(error).toMatchObject({ kind: 'refused', code: 'unproven' })
    expect(stranger.received()).not.toContain(token)
  })

  test('one that passes everything on to the real daemon on its other port', async () => {
    const daemonDir = tempDir()
    const daemon = await startFakeDaemon(daemonDir)
    onTestFinished(() => daemon.kill())
    let passedOn = ''
    const stranger = await startStranger((sent, socket) => {
      const upstream = connect({ host: '127.0.0.1', port: daemon.port })
      upstream
        .on('error', () => {})
        .on('data', (chunk) => {
          passedOn += chunk.toString('latin1')
          socket.write(chunk)
        })
      upstream.write(sent.replaceAll(String(stranger.port), String(daemon.port)))
      onTestFinished(() => void upstream.destroy())
    })
    // The token is the daemon's own; only the port file is stale.
    await writeFile(join(daemonDir, '.http.port'), String(stranger.port), { mode: 0o600 })
    const outcomes = await callsOf(daemonDir)
    expect(outcomes).toMatchObject([{ code: 'unproven' }, { code: 'unproven' }, { code: 'unproven' }])
    expect(passedOn).toContain('"proof"') // the daemon did answer
    expect(daemon.calls).toEqual([])
    expect(stranger.received()).not.toMatch(/authorization|teapot/i)
  })

  test('the words say what to do, and the daemon itself is believed', async () => {
    const dataDir = tempDir()
    const daemon = await startFakeDaemon(dataDir)
    onTestFinished(() => daemon.kill())
    expect(await createHttpClient({ dataDir }).call('session_exit', { session_id: 's' })).toEqual({
      closed: true,
    })
    await writeFile(join(dataDir, '.http.token'), 'a-token-from-elsewhere')
    const [error] = await callsOf(dataDir)
    expect(error).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/did not prove .* nothing was sent to it\. Restart the daemon/s),
    })
    expect(daemon.calls.map(({ what }) => what)).toEqual(['session_exit'])
  })
})

function proofBody(proof: string): string {
  return JSON.stringify({ ok: true, proof })
}

describe('a proof', () => {
  const end = { address: '127.0.0.1', port: 4711 }
  const challenge = 'A'.repeat(43)

  test('has this form, which other programs rely on', () => {
    expect(daemonProof('token', challenge, end)).toBe('dK0GmJ5moSEnuqoBjLeYkangmR58Paqhz8txXuZCOv8')
  })

  test('depends on token, challenge, address and port', () => {
    const others = [
      daemonProof('token2', challenge, end),
      daemonProof('token', 'B'.repeat(43), end),
      daemonProof('token', challenge, { ...end, port: 4712 }),
      daemonProof('token', challenge, { ...end, address: '::1' }),
    ]
    expect(new Set([daemonProof('token', challenge, end), ...others]).size).toBe(5)
  })

  test('is compared as a whole', () => {
    expect(isSameProof('abc', 'abc')).toBe(true)
    for (const given of ['abd', 'ab', 'abcd', '', null, undefined, 3, ['abc'], { length: 3 }])
      expect(isSameProof(given, 'abc')).toBe(false)
  })
})

describe('over the Unix socket', () => {
  async function listen(path: string): Promise<{ asked(): number }> {
    let asked = 0
    const server = createServer((socket) => {
      asked += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(path, resolve))
    onTestFinished(() => void server.close())
    return { asked: () => asked }
  }

  test.each([
    ['its group', 0o770],
    ['everybody', 0o777],
    ['everybody, but sticky', 0o1777],
  ])('a folder that may be written by %s is not connected to', async (_name, mode) => {
    const path = join(tempDir(), '.daemon.sock')
    const daemon = await listen(path)
    await chmod(dirname(path), mode)
    await expect(connectDaemon(path)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('chmod go-w'),
    })
    expect(daemon.asked()).toBe(0)
    await chmod(dirname(path), 0o700)
    await connectDaemon(path).then((client) => client.close())
    expect(daemon.asked()).toBe(1)
    await rm(path, { force: true })
  })
})
