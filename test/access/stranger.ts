// A second user of the machine, for other-user.test.ts: runs as another uid, does what it is told on standard input
// (one JSON line each: {do, …}) and answers with what came of it, one JSON line each. Plain node: APIs only.
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'

interface Order {
  readonly do: keyof typeof deeds
  readonly path?: string
  readonly to?: string
  readonly port?: number
  readonly send?: string
}

const heard: string[] = []

const deeds = {
  whoami: () => process.getuid?.(),
  list: ({ path = '' }: Order) => readdirSync(path),
  read: ({ path = '' }: Order) => readFileSync(path, 'latin1'),
  write: ({ path = '', send = '' }: Order) => writeFileSync(path, send),
  remove: ({ path = '' }: Order) => rmSync(path),
  rename: ({ path = '', to = '' }: Order) => renameSync(path, to),
  symlink: ({ path = '', to = '' }: Order) => symlinkSync(to, path),
  link: ({ path = '', to = '' }: Order) => linkSync(to, path),
  chmod: ({ path = '' }: Order) => chmodSync(path, 0o777),
  mkdir: ({ path = '' }: Order) => mkdirSync(path, { mode: 0o777 }),
  signal: ({ port = 0 }: Order) => process.kill(port, 0),
  /** What comes back for `send` within a second, from a socket path or a loopback port. */
  ask: ({ path, port, send = '' }: Order) =>
    new Promise((resolve, reject) => {
      const socket = path === undefined ? connect({ host: '127.0.0.1', port: port ?? 0 }) : connect({ path })
      let answer = ''
      socket.on('connect', () => socket.write(send))
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1')
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(answer))
      setTimeout(() => socket.destroy(), 1_000)
    }),
  /** Listens on a path or port and keeps whatever it is sent; answers as an older daemon would. */
  listen: ({ path, port }: Order) =>
    new Promise((resolve, reject) => {
      const server = createServer((socket) => {
        socket.on('error', () => {})
        socket.on('data', (chunk) => {
          heard.push(chunk.toString('latin1'))
          socket.write(
            'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"ok": true}',
          )
        })
      })
      server.on('error', reject)
      if (path === undefined) server.listen(port, '127.0.0.1', () => resolve('listening'))
      else server.listen(path, () => resolve('listening'))
    }),
  heard: () => heard,
}

process.stdout.write('{"ok":true}\n')
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order
  let answer: object
  try {
    answer = { ok: true, value: (await deeds[order.do](order)) ?? null }
  } catch (error) {
    answer = { ok: false, code: (error as NodeJS.ErrnoException).code ?? String(error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
process.exit(0)
