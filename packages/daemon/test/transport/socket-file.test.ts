// The socket's file: whose it is, when it is replaced and when left alone, and a socket that the service manager hands over.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { assert } from '../../src/kit/assert.ts'
import { activatedListenFd } from '../../src/transport/socket/activation.ts'
import { talk } from './support/raw-socket.ts'
import {
  call,
  closed,
  idsOf,
  listening,
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

describe('the file', () => {
  test('is a socket for its owner only, with nothing beside it', async () => {
    await servers.create().start()
    expect(statSync(path).isSocket()).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['.daemon.sock'])
    expect(process.umask()).not.toBe(0o177)
  })

  test('of a daemon that was killed is replaced', async () => {
    await leaveStaleSocket(path)
    expect(statSync(path).isSocket()).toBe(true)
    await servers.create().start()
    expect(idsOf(await talk(path, call(1, 'echo')))).toEqual([1])
  })

  test('of a living daemon is not taken; the error says whose it is', async () => {
    await servers.create().start()
    const second = servers.create()
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
    await expect(servers.create().start()).rejects.toMatchObject({
      code: 'locked',
      message: `a running daemon answers at ${path}: use it, or stop it with 'iai-mcp stop'`,
    })
    await closed(hanging)
  })

  test('that is no socket is left alone', async () => {
    writeFileSync(path, 'precious')
    await expect(servers.create().start()).rejects.toMatchObject({
      code: 'data_dir_unsafe',
      message: `${path} is not a socket: move it away, or set IAI_DAEMON_SOCKET_PATH to another path`,
    })
    expect(readFileSync(path, 'utf8')).toBe('precious')
  })

  test('that is a link is left alone', async () => {
    symlinkSync(join(folder, 'elsewhere'), path)
    await expect(servers.create().start()).rejects.toMatchObject({ code: 'data_dir_unsafe' })
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
  })

  test('cannot have a path longer than the system allows', async () => {
    const at = join(folder, 'x'.repeat(120))
    await expect(servers.create({ address: { kind: 'path', path: at } }).start()).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(`socket path ${at} is too long for this system (at most 10`),
    })
    const longest = join(folder, 'y'.repeat((process.platform === 'darwin' ? 103 : 107) - folder.length - 1))
    await servers.create({ address: { kind: 'path', path: longest } }).start()
    expect(idsOf(await talk(longest, call(1, 'echo')))).toEqual([1])
  })

  test('needs its directory', async () => {
    const at = join(folder, 'missing', 'd.sock')
    await expect(servers.create({ address: { kind: 'path', path: at } }).start()).rejects.toMatchObject({
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
    const service = servers.create({ address: { kind: 'fd', fd: 1_000 } })
    await expect(service.start()).rejects.toMatchObject({ code: 'config_invalid' })
  })
})

/** What kill -9 leaves behind: a socket file at which nobody listens. */
async function leaveStaleSocket(at: string): Promise<void> {
  const script = `require('node:net').createServer().listen(${JSON.stringify(at)}, () => process.kill(process.pid, 'SIGKILL'))`
  const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' })
  await once(child, 'exit')
}
