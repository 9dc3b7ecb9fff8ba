import { chmod, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tempDir } from '../../../test/support/temp-dir.ts'
import type { ClientError } from '../src/client-error.ts'
import { connectDaemon, type SocketClient } from '../src/socket-client.ts'

type Reply = (line: Record<string, unknown>, socket: Socket) => unknown

async function serve(reply: Reply): Promise<string> {
  const path = join(await tempDir(), 'd.sock')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let text = ''
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8')
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n')) {
        const answer = reply(JSON.parse(text.slice(0, at)), socket)
        text = text.slice(at + 1)
        if (answer !== undefined) socket.write(`${JSON.stringify(answer)}\n`)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  await chmod(path, 0o600)
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return path
}

async function client(reply: Reply): Promise<SocketClient> {
  const connected = await connectDaemon(await serve(reply))
  onTestFinished(() => connected.close())
  return connected
}

async function failure(work: Promise<unknown>): Promise<ClientError> {
  return work.then(
    () => expect.unreachable('should have failed'),
    (error: ClientError) => error,
  )
}

const echo: Reply = (line) =>
  line.jsonrpc === '2.0'
    ? { jsonrpc: '2.0', id: line.id, result: { method: line.method, params: line.params } }
    : { ok: true, type: line.type }

describe('calls', () => {
  test('bring the bare result, in whatever pieces it comes', async () => {
    const calls = await client((line, socket) => {
      const bytes = Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id: line.id, result: line.params })}\n`)
      for (const byte of bytes) socket.write(Buffer.from([byte]))
    })
    expect(await calls.call('any', { text: 'ünïcode \u2028 👋' })).toEqual({ text: 'ünïcode \u2028 👋' })
  })

  test('may be many at once, each with its own answer', async () => {
    const calls = await client(echo)
    const asked = Array.from({ length: 50 }, (_, n) => ({ n }))
    const answers = await Promise.all(asked.map((params) => calls.call('m', params)))
    expect(answers).toEqual(asked.map((params) => ({ method: 'm', params })))
  })

  test('and control lines share the connection', async () => {
    const calls = await client(echo)
    const [status, result] = await Promise.all([calls.control({ type: 'status' }), calls.call('m', {})])
    expect(status).toEqual({ ok: true, type: 'status' })
    expect(result).toEqual({ method: 'm', params: {} })
  })
})

describe('failures have a kind', () => {
  test('daemon: an error with its code', async () => {
    const numbered = await client(({ id }) => ({
      jsonrpc: '2.0',
      id,
      error: { code: -32601, message: 'no m' },
    }))
    expect(await failure(numbered.call('m', {}))).toMatchObject({
      kind: 'daemon',
      code: '-32601',
      message: 'no m',
    })
    const named = await client(({ id }) => ({
      jsonrpc: '2.0',
      id,
      error: { code: -32001, message: 'gone', data: { code: 'not_found' } },
    }))
    expect(await failure(named.call('m', {}))).toMatchObject({ kind: 'daemon', code: 'not_found' })
  })

  test('timed_out: and the connection, which could only answer out of turn now, is closed', async () => {
    const calls = await client(() => undefined)
    expect((await failure(calls.call('m', {}, { timeoutMs: 30 }))).kind).toBe('timed_out')
    expect((await failure(calls.call('m', {}))).kind).toBe('timed_out')
  })

  test('not_running: the daemon goes away during a call', async () => {
    const calls = await client((_line, socket) => void socket.destroy())
    expect((await failure(calls.call('m', {}))).kind).toBe('not_running')
  })

  test.each([
    ['no JSON', 'hello\n'],
    ['no object', '42\n'],
    ['the answer to another question', '{"jsonrpc":"2.0","id":999,"result":1}\n'],
  ])('bad_answer: %s', async (_name, text) => {
    const calls = await client((_line, socket) => void socket.write(text))
    expect((await failure(calls.call('m', {}))).kind).toBe('bad_answer')
  })

  test('not_running: no socket file', async () => {
    expect((await failure(connectDaemon(join(await tempDir(), 'none.sock')))).kind).toBe('not_running')
  })

  test('refused: a file that is no socket, a socket that others may write to', async () => {
    const file = join(await tempDir(), 'file')
    await writeFile(file, '')
    expect((await failure(connectDaemon(file))).kind).toBe('refused')
    const path = await serve(echo)
    await chmod(path, 0o666)
    expect((await failure(connectDaemon(path))).kind).toBe('refused')
  })
})
