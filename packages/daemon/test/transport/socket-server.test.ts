// The Unix socket: order, framing, stopping, and whose file it is.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Dispatch } from '../../src/dispatch/dispatch.ts'
import { assert } from '../../src/kit/assert.ts'
import { AppError } from '../../src/kit/errors.ts'
import { silentLog } from '../../src/kit/log.ts'
import type { Service } from '../../src/kit/service.ts'
import { createRequestIds } from '../../src/transport/request-ids.ts'
import { activatedListenFd } from '../../src/transport/socket/activation.ts'
import type { Control } from '../../src/transport/socket/answers.ts'
import { createSocketServer, type SocketLimits } from '../../src/transport/socket/socket-server.ts'
import { gate, recordingLog, startTransports, testDispatch } from './support/fixture.ts'
import { sleep } from './support/raw-http.ts'
import { talk } from './support/raw-socket.ts'

let folder: string
let path: string
const running: Service[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iai-socket-'))
  path = join(folder, '.daemon.sock')
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()))
  rmSync(folder, { recursive: true, force: true })
})

interface Options {
  readonly dispatch?: Dispatch
  readonly control?: Control
  readonly at?: string
  readonly limits?: Partial<SocketLimits>
}

function socketServer({ dispatch = testDispatch(), control, at = path, limits = {} }: Options = {}): Service {
  const service = createSocketServer({
    dispatch,
    control: control ?? (async () => ({ ok: true, pid: 4242, version: '9.8.7', uptime_sec: 60 })),
    log: silentLog,
    clock: () => Date.UTC(2030, 0, 1, 12, 0, 0),
    requestIds: createRequestIds('test'),
    address: { kind: 'path', path: at },
    limits,
  })
  running.push(service)
  return service
}

const call = (id: unknown, method: string): string => `${JSON.stringify({ jsonrpc: '2.0', id, method })}\n`
const idsOf = (lines: readonly string[]): unknown[] => lines.map((line) => JSON.parse(line).id)

describe('a conversation', () => {
  test('is answered in order; another one is not held up', async () => {
    const slow = gate()
    await socketServer({ dispatch: async (method) => (method === 'slow' ? slow.pass() : null) }).start()
    const first = talk(path, call(1, 'slow') + call(2, 'quick') + call(3, 'quick'), 3)
    expect(idsOf(await talk(path, call(9, 'quick')))).toEqual([9])
    slow.open()
    expect(idsOf(await first)).toEqual([1, 2, 3])
  })

  test('goes on after a line that is too long, and never holds it', async () => {
    await socketServer({ limits: { lineBytesMax: 100 } }).start()
    const lines = await talk(
      path,
      `${'x'.repeat(5_000_000)}\n${call(1, 'echo')}${'x'.repeat(101)}\n${call(2, 'echo')}`,
      4,
    )
    expect(idsOf(lines)).toEqual([null, 1, null, 2])
    expect(JSON.parse(lines[0] ?? '').error.message).toBe('line too long: at most 100 bytes')
  })

  test('a last line without its end counts', async () => {
    await socketServer().start()
    expect(idsOf(await talk(path, call(1, 'echo').trimEnd(), 1, { halfClose: true }))).toEqual([1])
  })

  test('an id too deep to write back is not echoed', async () => {
    await socketServer().start()
    const depth = 200_000
    const line = `{"jsonrpc":"2.0","id":${'['.repeat(depth)}${']'.repeat(depth)},"method":"nonsense"}\n`
    const [answer = ''] = await talk(path, line)
    expect(JSON.parse(answer)).toMatchObject({ id: null, error: { code: -32601 } })
  })

  test('300 at once: each is answered', async () => {
    await socketServer().start()
    const talks = await Promise.all(Array.from({ length: 300 }, (_, id) => talk(path, call(id, 'echo'), 1)))
    const answers = talks.map(([line = '']) => JSON.parse(line))
    expect(answers.filter(({ result }) => result !== undefined).length).toBeGreaterThanOrEqual(256)
    const refusals = answers.filter(({ error }) => error !== undefined)
    expect(refusals.filter(({ error }) => error.data.code !== 'overloaded')).toEqual([])
  })

  test('over the cap of requests in flight: an error, at once', async () => {
    const slow = gate()
    await socketServer({ dispatch: () => slow.pass(), limits: { requestsInFlightMax: 1 } }).start()
    const first = talk(path, call(1, 'slow'))
    await slow.reached()
    const [refused = ''] = await talk(path, call(2, 'slow'))
    expect(JSON.parse(refused).error).toMatchObject({ code: -32001, data: { code: 'overloaded' } })
    slow.open()
    expect(idsOf(await first)).toEqual([1])
  })

  test('a peer that does not read is cut off', async () => {
    const answering = gate()
    answering.open()
    await socketServer({
      dispatch: async () => {
        await answering.pass()
        return 'x'.repeat(8 * 1024 * 1024)
      },
      limits: { writeWaitMsMax: 100 },
    }).start()
    const socket = await opened(path)
    socket.pause()
    socket.write(call(1, 'big') + call(2, 'big'))
    await answering.reached()
    await sleep(400)
    socket.resume()
    await once(socket, 'close')
    expect(await talk(path, '{"type":"status"}\n')).toHaveLength(1)
  })

  test('the log has one line for each request, and no method that is none', async () => {
    await using transports = await startTransports()
    await talk(transports.socketPath, `${call(1, 'echo')}${call(2, 'my private text')}{"type":"status"}\n`, 3)
    const { logged } = transports
    expect(logged.map(({ event, fields }) => [event, fields.method, fields.code, fields.id])).toEqual([
      ['socket_request', 'echo', 'ok', 'test-1'],
      ['socket_request', '-', 'unknown_method', 'test-2'],
      ['socket_request', 'control', 'ok', 'test-3'],
    ])
  })
})

describe('silence', () => {
  test('of a connection that never said anything ends after a while', async () => {
    await socketServer({ limits: { firstLineWaitMsMax: 500 } }).start()
    const speaking = await answered(path)
    const silent = [await opened(path), await opened(path)]
    const ended = Promise.all(silent.map((socket) => once(socket, 'close')))
    silent[1]?.write('{"jsonrpc"')
    await ended
    const answer = once(speaking, 'data')
    speaking.write('{"type":"status"}\n')
    expect(String((await answer)[0])).toContain('"ok":true')
    speaking.destroy()
  })

  test('makes room: the connection that was quiet longest goes, one that waits for its answer stays', async () => {
    const slow = gate()
    let now = 0
    const service = createSocketServer({
      dispatch: () => slow.pass(),
      control: async () => ({ ok: true }),
      log: silentLog,
      clock: () => now,
      requestIds: createRequestIds('test'),
      address: { kind: 'path', path },
      limits: { connectionsMax: 3, connectionQuietMsMin: 1_000 },
    })
    running.push(service)
    await service.start()
    const waiting = talk(path, call(1, 'slow'))
    await slow.reached()
    const older = await answered(path)
    now = 500
    const newer = await answered(path)
    expect(JSON.parse((await talk(path, '{"type":"status"}\n'))[0] ?? '').error.data.code).toBe('overloaded')
    now = 5_000
    expect(await talk(path, '{"type":"status"}\n')).toEqual(['{"ok":true}'])
    expect(older.destroyed || (await once(older, 'close'))).toBeTruthy()
    expect(newer.destroyed).toBe(false)
    newer.destroy()
    slow.open()
    expect(idsOf(await waiting)).toEqual([1])
  })
})

describe('control lines', () => {
  test('carry their members to control and its answer back, raw', async () => {
    const control: Control = async (message) => ({ ok: false, reason: 'busy', asked: message })
    await socketServer({ control }).start()
    const [line = ''] = await talk(path, '{"type":"pause","seconds":5}\n')
    expect(JSON.parse(line)).toEqual({ ok: false, reason: 'busy', asked: { type: 'pause', seconds: 5 } })
  })

  test('that fail say why, and nothing of the inside', async () => {
    const control: Control = async ({ type }) => {
      throw type === 'pause' ? new AppError('unavailable', 'already paused') : new Error('the inside')
    }
    await socketServer({ control }).start()
    const lines = await talk(path, '{"type":"pause"}\n{"type":"resume"}\n', 2)
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { ok: false, reason: 'already paused' },
      { ok: false, reason: 'internal error (test-2)' },
    ])
  })
})

describe('stopping', () => {
  test('writes the answer under way, then the file goes', async () => {
    const slow = gate()
    const service = socketServer({ dispatch: () => slow.pass().then(() => 'x'.repeat(1_000_000)) })
    await service.start()
    const idle = await opened(path)
    const asking = talk(path, call(1, 'slow') + call(2, 'slow'), 2)
    await slow.reached()
    const stopping = service.stop()
    await sleep(50)
    expect(existsSync(path)).toBe(true)
    slow.open()
    expect(idsOf(await asking)).toEqual([1])
    await stopping
    expect(readdirSync(folder)).toEqual([])
    expect(idle.destroyed || (await once(idle, 'close'))).toBeTruthy()
    await service.stop()
  })

  test('does not wait for ever', async () => {
    const never = gate()
    const service = socketServer({ dispatch: () => never.pass(), limits: { drainMsMax: 100 } })
    await service.start()
    const asking = talk(path, call(1, 'never'))
    await never.reached()
    await service.stop()
    expect(await asking).toEqual([])
    expect(existsSync(path)).toBe(false)
  })

  test('leaves a file alone that is not its own any more', async () => {
    const service = socketServer()
    await service.start()
    rmSync(path)
    const other = await listening(path)
    const inode = lstatSync(path).ino
    await service.stop()
    expect(lstatSync(path).ino).toBe(inode)
    await closed(other)
  })

  test('before the start is nothing', async () => {
    await socketServer().stop()
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('the file', () => {
  test('is a socket for its owner only, with nothing beside it', async () => {
    await socketServer().start()
    expect(statSync(path).isSocket()).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['.daemon.sock'])
    expect(process.umask()).not.toBe(0o177)
  })

  test('of a daemon that was killed is replaced', async () => {
    await leaveStaleSocket(path)
    expect(statSync(path).isSocket()).toBe(true)
    await socketServer().start()
    expect(idsOf(await talk(path, call(1, 'echo')))).toEqual([1])
  })

  test('of a living daemon is not taken; the error says whose it is', async () => {
    await socketServer().start()
    const second = socketServer()
    await expect(second.start()).rejects.toMatchObject({
      code: 'locked',
      message: `a running daemon (pid 4242, version 9.8.7, since 2030-01-01T11:59:00.000Z) answers at ${path}: use it, or stop it with 'iai-mcp stop'`,
    })
    await second.stop()
    expect(idsOf(await talk(path, call(1, 'echo')))).toEqual([1])
    expect(readdirSync(folder)).toEqual(['.daemon.sock'])
  })

  test('of a daemon that hangs is not taken either', async () => {
    const hanging = await listening(path)
    await expect(socketServer().start()).rejects.toMatchObject({
      code: 'locked',
      message: `a running daemon answers at ${path}: use it, or stop it with 'iai-mcp stop'`,
    })
    await closed(hanging)
  })

  test('that is no socket is left alone', async () => {
    writeFileSync(path, 'precious')
    await expect(socketServer().start()).rejects.toMatchObject({
      code: 'data_dir_unsafe',
      message: `${path} is not a socket: move it away, or set IAI_DAEMON_SOCKET_PATH to another path`,
    })
    expect(readFileSync(path, 'utf8')).toBe('precious')
  })

  test('that is a link is left alone', async () => {
    symlinkSync(join(folder, 'elsewhere'), path)
    await expect(socketServer().start()).rejects.toMatchObject({ code: 'data_dir_unsafe' })
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
  })

  test('cannot have a path longer than the system allows', async () => {
    const at = join(folder, 'x'.repeat(120))
    await expect(socketServer({ at }).start()).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(`socket path ${at} is too long for this system (at most 10`),
    })
    const longest = join(folder, 'y'.repeat((process.platform === 'darwin' ? 103 : 107) - folder.length - 1))
    await socketServer({ at: longest }).start()
    expect(idsOf(await talk(longest, call(1, 'echo')))).toEqual([1])
  })

  test('needs its directory', async () => {
    const at = join(folder, 'missing', 'd.sock')
    await expect(socketServer({ at }).start()).rejects.toMatchObject({
      code: 'config_invalid',
      message: `no directory ${join(folder, 'missing')} for the socket: create it with mode 0700`,
    })
  })
})

describe('socket activation', () => {
  test('is taken only when it is for this process', () => {
    expect(activatedListenFd({ LISTEN_PID: '7', LISTEN_FDS: '1' }, 7)).toBe(3)
    expect(activatedListenFd({ LISTEN_PID: '7', LISTEN_FDS: '1' }, 8)).toBeNull()
    expect(activatedListenFd({ LISTEN_PID: '07', LISTEN_FDS: '1' }, 7)).toBeNull()
    expect(activatedListenFd({ LISTEN_FDS: '1' }, 7)).toBeNull()
    expect(activatedListenFd({ LISTEN_PID: '7' }, 7)).toBeNull()
    expect(activatedListenFd({ LISTEN_PID: '7', LISTEN_FDS: '0' }, 7)).toBeNull()
    expect(() => activatedListenFd({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 7)).toThrow(
      expect.objectContaining({ code: 'config_invalid' }),
    )
  })

  test('the inherited socket is served, and its file left to its owner', async () => {
    // The descriptor outlives our closing it here; so does the file, because it goes by another name by then.
    const server = await listening(`${path}.bound`)
    renameSync(`${path}.bound`, path)
    const { fd } = (server as unknown as { _handle: { fd: number } })._handle
    const script = fileURLToPath(new URL('./support/activated-server.ts', import.meta.url))
    // The shell's pid is the server's after exec, which is how a service manager's LISTEN_PID comes to match.
    const asService = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$1"'
    const child = spawn('/bin/sh', ['-c', asService, process.execPath, script], {
      stdio: ['pipe', 'pipe', 'inherit', fd],
    })
    const { stdin, stdout } = child
    assert(stdin !== null && stdout !== null, 'both are pipes')
    try {
      await Promise.all([once(stdout, 'data'), closed(server)])
      const inode = lstatSync(path).ino
      const [answer] = await talk(path, call(1, 'echo'))
      expect(answer).toBe('{"jsonrpc":"2.0","id":1,"result":"echo"}')
      stdin.end()
      expect(await once(child, 'exit')).toEqual([0, null])
      expect(lstatSync(path).ino).toBe(inode)
    } finally {
      child.kill('SIGKILL')
    }
  })

  test('a descriptor that is no listening socket is refused', async () => {
    const { log } = recordingLog()
    const service = createSocketServer({
      dispatch: testDispatch(),
      control: async () => ({ ok: true }),
      log,
      clock: Date.now,
      requestIds: createRequestIds('test'),
      address: { kind: 'fd', fd: 1_000 },
    })
    await expect(service.start()).rejects.toMatchObject({ code: 'config_invalid' })
  })
})

function opened(at: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(at)
    socket.on('error', reject)
    socket.once('connect', () => resolve(socket))
  })
}

/** A connection that the server has taken, and answered once. */
async function answered(at: string): Promise<Socket> {
  const socket = await opened(at)
  const answer = once(socket, 'data')
  socket.write('{"type":"status"}\n')
  await answer
  return socket
}

function listening(at: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => {}).resume())
  return new Promise((resolve) => server.listen(at, () => resolve(server)))
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

/** What kill -9 leaves behind: a socket file at which nobody listens. */
async function leaveStaleSocket(at: string): Promise<void> {
  const script = `require('node:net').createServer().listen(${JSON.stringify(at)}, () => process.kill(process.pid, 'SIGKILL'))`
  const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' })
  await once(child, 'exit')
}
