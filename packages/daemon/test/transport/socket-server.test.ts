// The Unix socket: order and framing, silence, control lines, stopping.
import { once } from 'node:events'
import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../src/kit/errors.ts'
import type { Control } from '../../src/transport/socket/answers.ts'
import { gate, startTransports } from './support/fixture.ts'
import { sleep } from './support/raw-http.ts'
import { talk } from './support/raw-socket.ts'
import {
  answered,
  call,
  closed,
  idsOf,
  listening,
  opened,
  type SocketServers,
  socketServers,
} from './support/socket-servers.ts'

let servers: SocketServers
let folder: string
let path: string
beforeEach(() => {
  servers = socketServers()
  ;({ folder, path } = servers)
})
afterEach(() => servers[Symbol.asyncDispose]())

describe('a conversation', () => {
  test('is answered in order; another one is not held up', async () => {
    const slow = gate()
    await servers.create({ dispatch: async (method) => (method === 'slow' ? slow.pass() : null) }).start()
    const first = talk(path, call(1, 'slow') + call(2, 'quick') + call(3, 'quick'), 3)
    expect(idsOf(await talk(path, call(9, 'quick')))).toEqual([9])
    slow.open()
    expect(idsOf(await first)).toEqual([1, 2, 3])
  })

  test('goes on after a line that is too long, and never holds it', async () => {
    await servers.create({ limits: { lineBytesMax: 100 } }).start()
    const lines = await talk(
      path,
      `${'x'.repeat(5_000_000)}\n${call(1, 'echo')}${'x'.repeat(101)}\n${call(2, 'echo')}`,
      4,
    )
    expect(idsOf(lines)).toEqual([null, 1, null, 2])
    expect(JSON.parse(lines[0] ?? '').error.message).toBe('line too long: at most 100 bytes')
  })

  test('a last line without its end counts', async () => {
    await servers.create().start()
    expect(idsOf(await talk(path, call(1, 'echo').trimEnd(), 1, { halfClose: true }))).toEqual([1])
  })

  test('an id too deep to write back is not echoed', async () => {
    await servers.create().start()
    const depth = 200_000
    const line = `{"jsonrpc":"2.0","id":${'['.repeat(depth)}${']'.repeat(depth)},"method":"nonsense"}\n`
    const [answer = ''] = await talk(path, line)
    expect(JSON.parse(answer)).toMatchObject({ id: null, error: { code: -32601 } })
  })

  test('300 at once: each is answered', async () => {
    await servers.create().start()
    const talks = await Promise.all(Array.from({ length: 300 }, (_, id) => talk(path, call(id, 'echo'), 1)))
    const answers = talks.map(([line = '']) => JSON.parse(line))
    expect(answers.filter(({ result }) => result !== undefined).length).toBeGreaterThanOrEqual(256)
    const refusals = answers.filter(({ error }) => error !== undefined)
    expect(refusals.filter(({ error }) => error.data.code !== 'overloaded')).toEqual([])
  })

  test('over the cap of requests in flight: an error, at once', async () => {
    const slow = gate()
    await servers.create({ dispatch: () => slow.pass(), limits: { requestsInFlightMax: 1 } }).start()
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
    await servers
      .create({
        dispatch: async () => {
          await answering.pass()
          return 'x'.repeat(8 * 1024 * 1024)
        },
        limits: { writeWaitMsMax: 100 },
      })
      .start()
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
    await servers.create({ limits: { firstLineWaitMsMax: 500 } }).start()
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
    await servers
      .create({
        dispatch: () => slow.pass(),
        control: async () => ({ ok: true }),
        now: () => now,
        limits: { connectionsMax: 3, connectionQuietMsMin: 1_000 },
      })
      .start()
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
    await servers.create({ control }).start()
    const [line = ''] = await talk(path, '{"type":"pause","seconds":5}\n')
    expect(JSON.parse(line)).toEqual({ ok: false, reason: 'busy', asked: { type: 'pause', seconds: 5 } })
  })

  test('that fail say why, and nothing of the inside', async () => {
    const control: Control = async ({ type }) => {
      throw type === 'pause' ? new AppError('unavailable', 'already paused') : new Error('the inside')
    }
    await servers.create({ control }).start()
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
    const service = servers.create({ dispatch: () => slow.pass().then(() => 'x'.repeat(1_000_000)) })
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
    const service = servers.create({ dispatch: () => never.pass(), limits: { drainMsMax: 100 } })
    await service.start()
    const asking = talk(path, call(1, 'never'))
    await never.reached()
    await service.stop()
    expect(await asking).toEqual([])
    expect(existsSync(path)).toBe(false)
  })

  test('leaves a file alone that is not its own any more', async () => {
    const service = servers.create()
    await service.start()
    rmSync(path)
    const other = await listening(path)
    const inode = lstatSync(path).ino
    await service.stop()
    expect(lstatSync(path).ino).toBe(inode)
    await closed(other)
  })

  test('before the start is nothing', async () => {
    await servers.create().stop()
    expect(readdirSync(folder)).toEqual([])
  })
})
