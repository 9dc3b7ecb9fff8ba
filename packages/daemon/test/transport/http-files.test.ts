// The port file and the token file: what is in them, who may read them, and what happens when they are not ours.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '../../src/kit/log.ts'
import { createHttpServer, type HttpServer } from '../../src/transport/http/http-server.ts'
import { openToken, readToken, rotateToken } from '../../src/transport/http/token.ts'
import { createRequestIds } from '../../src/transport/request-ids.ts'
import { recordingLog, startTransports, testDispatch, testToken } from './support/fixture.ts'
import { ask } from './support/raw-http.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'iai-http-files-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

function httpServer(where: { host?: string; port?: number } = {}): HttpServer {
  return createHttpServer({
    dispatch: testDispatch(),
    log: silentLog,
    now: Date.now,
    requestIds: createRequestIds('test'),
    host: where.host ?? '127.0.0.1',
    port: where.port ?? 0,
    dataDir,
    auth: { kind: 'off', current: () => testToken },
  })
}

describe('the port file', () => {
  test('is written where a killed process with the same process id left its temporary file', async () => {
    writeFileSync(join(dataDir, `.http.port.${process.pid}.tmp`), 'half')
    const server = httpServer()
    await server.start()
    expect(readFileSync(join(dataDir, '.http.port'), 'utf8')).toBe(String(server.port()))
    await server.stop()
  })

  test('holds the port and nothing else, for its owner only, while the daemon runs', async () => {
    const server = httpServer()
    await server.start()
    const path = join(dataDir, '.http.port')
    expect(readFileSync(path, 'utf8')).toBe(String(server.port()))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dataDir)).toEqual(['.http.port'])
    await server.stop()
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('a stale one is replaced', async () => {
    writeFileSync(join(dataDir, '.http.port'), '1', { mode: 0o600 })
    const server = httpServer()
    await server.start()
    expect(readFileSync(join(dataDir, '.http.port'), 'utf8')).toBe(String(server.port()))
    await server.stop()
  })

  test('one that holds another port by now is left alone', async () => {
    const server = httpServer()
    await server.start()
    writeFileSync(join(dataDir, '.http.port'), '1')
    await server.stop()
    expect(readFileSync(join(dataDir, '.http.port'), 'utf8')).toBe('1')
  })

  test('a link in its place is refused, untouched, and nothing listens', async () => {
    const target = join(dataDir, 'target')
    writeFileSync(target, 'precious')
    symlinkSync(target, join(dataDir, '.http.port'))
    const server = httpServer()
    await expect(server.start()).rejects.toMatchObject({
      code: 'data_dir_unsafe',
      message: `${dataDir}/.http.port is not a plain file: move it away and start again`,
    })
    expect(readFileSync(target, 'utf8')).toBe('precious')
    expect(lstatSync(join(dataDir, '.http.port')).isSymbolicLink()).toBe(true)
    await server.stop()
  })
})

describe('where the port may be', () => {
  test.each(['0.0.0.0', '::', '192.168.1.5', 'example.com', ''])('host %j is refused', async (host) => {
    await expect(httpServer({ host }).start()).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(`'${host}' is not loopback`),
    })
  })
  test.each([-1, 65_536, 1.5, Number.NaN])('port %d is refused', async (port) => {
    await expect(httpServer({ port }).start()).rejects.toMatchObject({ code: 'config_invalid' })
  })
  test('localhost is 127.0.0.1', async () => {
    const server = httpServer({ host: 'localhost' })
    await server.start()
    const answer = await ask(server.port() ?? 0, 'GET /healthz HTTP/1.0\r\n\r\n', { responses: 1 })
    expect(answer.responses[0]?.status).toBe(200)
    await server.stop()
  })
  test('a port in use is named, with the remedy', async () => {
    const other = createServer()
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port))
    })
    await expect(httpServer({ port }).start()).rejects.toMatchObject({
      code: 'config_invalid',
      message: `port ${port} on 127.0.0.1 is in use already, by another program or by the daemon of another data directory: choose another (--http-port, IAI_DAEMON_HTTP_PORT, or http_port in config.json), or 0 for any free one`,
    })
    expect(existsSync(join(dataDir, '.http.port'))).toBe(false)
    await new Promise((resolve) => other.close(resolve))
  })
})

describe('the token', () => {
  const path = (): string => join(dataDir, '.http.token')

  test('is made on first start, for its owner only, and kept', () => {
    const token = openToken(dataDir, silentLog).current()
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(readFileSync(path(), 'utf8')).toBe(token)
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    expect(openToken(dataDir, silentLog).current()).toBe(token)
    expect(readdirSync(dataDir)).toEqual(['.http.token'])
  })

  test('rotation holds from the next request on', async () => {
    const source = openToken(dataDir, silentLog)
    const before = source.current()
    await using transports = await startTransports({
      auth: { kind: 'token', current: () => source.current() },
    })
    const statusWith = async (token: string): Promise<number | undefined> => {
      const request = `GET /tea HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`
      return (await ask(transports.port, request, { responses: 1 })).responses[0]?.status
    }
    expect(await statusWith(before)).toBe(404)
    const after = rotateToken(dataDir)
    expect(after).not.toBe(before)
    expect(await statusWith(before)).toBe(401)
    expect(await statusWith(after)).toBe(404)
  })

  test('the last good one counts on when the file goes bad, and the log says so once', () => {
    const { log, lines } = recordingLog()
    const source = openToken(dataDir, log)
    const token = source.current()
    rmSync(path())
    expect([source.current(), source.current()]).toEqual([token, token])
    writeFileSync(path(), 'nonsense', { mode: 0o600 })
    expect([source.current(), source.current()]).toEqual([token, token])
    expect(lines.map(({ event }) => event)).toEqual(['http_token_missing', 'http_token_unreadable'])
    expect(rotateToken(dataDir)).toBe(source.current())
  })

  test('an editor may have ended the line', () => {
    const token = rotateToken(dataDir)
    writeFileSync(path(), `${token}\n`)
    expect(readToken(dataDir)).toBe(token)
  })

  test.each(['', 'short', 'x'.repeat(44), `${'x'.repeat(42)}!`])('%j is no token', (text) => {
    writeFileSync(path(), text, { mode: 0o600 })
    expect(() => openToken(dataDir, silentLog)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: `${path()} holds no token of ours: replace it with 'iai-mcp token rotate'`,
      }),
    )
  })

  test('one that others can read is refused, with the remedy', () => {
    rotateToken(dataDir)
    chmodSync(path(), 0o640)
    expect(() => openToken(dataDir, silentLog)).toThrow(
      expect.objectContaining({
        code: 'data_dir_unsafe',
        message: `${path()} can be read by others (mode 640): run chmod 600 ${path()}`,
      }),
    )
  })

  test('a link, a directory or a large file is refused', () => {
    writeFileSync(join(dataDir, 'elsewhere'), 'x'.repeat(43), { mode: 0o600 })
    symlinkSync(join(dataDir, 'elsewhere'), path())
    const refusal = expect.objectContaining({
      code: 'data_dir_unsafe',
      message: expect.stringContaining(path()),
    })
    expect(() => openToken(dataDir, silentLog)).toThrow(refusal)
    expect(() => rotateToken(dataDir)).toThrow(refusal)
    rmSync(path())
    mkdirSync(path())
    expect(() => openToken(dataDir, silentLog)).toThrow(refusal)
    rmSync(path(), { recursive: true })
    writeFileSync(path(), 'x'.repeat(10_000), { mode: 0o600 })
    expect(() => openToken(dataDir, silentLog)).toThrow(refusal)
  })
})
