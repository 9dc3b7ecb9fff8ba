// Socket servers in a folder of their own, and the peers that a test puts beside them.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../../src/kit/log.ts'
import type { Service } from '../../../src/kit/service.ts'
import { createRequestIds } from '../../../src/transport/request-ids.ts'
import { createSocketServer, type SocketServerOptions } from '../../../src/transport/socket/socket-server.ts'
import { testDispatch } from './fixture.ts'

export interface SocketServers extends AsyncDisposable {
  readonly folder: string
  /** Where a server listens when nothing else is said. */
  readonly path: string
  /** Not started yet; stopped at the end in any case. */
  create(options?: Partial<SocketServerOptions>): Service
}

export function socketServers(): SocketServers {
  const folder = mkdtempSync(join(tmpdir(), 'iai-socket-'))
  const path = join(folder, '.daemon.sock')
  const made: Service[] = []
  return {
    folder,
    path,
    create(options) {
      const service = createSocketServer({
        dispatch: testDispatch(),
        control: async () => ({ ok: true, pid: 4242, version: '9.8.7', uptime_sec: 60 }),
        log: silentLog,
        now: () => Date.UTC(2030, 0, 1, 12, 0, 0),
        requestIds: createRequestIds('test'),
        address: { kind: 'path', path },
        ...options,
      })
      made.push(service)
      return service
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(made.map((service) => service.stop()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const call = (id: unknown, method: string): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method })}\n`

export const idsOf = (lines: readonly string[]): unknown[] => lines.map((line) => JSON.parse(line).id)

export function opened(at: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(at)
    socket.on('error', reject)
    socket.once('connect', () => resolve(socket))
  })
}

/** A connection that the server has taken, and answered once. */
export async function answered(at: string): Promise<Socket> {
  const socket = await opened(at)
  const answer = once(socket, 'data')
  socket.write('{"type":"status"}\n')
  await answer
  return socket
}

/** A server that takes connections and never answers. */
export function listening(at: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => {}).resume())
  return new Promise((resolve) => server.listen(at, () => resolve(server)))
}

export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
