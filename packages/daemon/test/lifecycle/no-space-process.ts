// A process that takes a data directory and serves it over HTTP, says what it has, and goes when its input ends.
import { readdirSync } from 'node:fs'
import { silentLog } from '../../src/kit/log.ts'
import { acquireLock } from '../../src/lifecycle/lock.ts'
import { createHttpServer } from '../../src/transport/http/http-server.ts'
import { createRequestIds } from '../../src/transport/request-ids.ts'

const dataDir = process.argv[2] ?? ''
const said: string[] = []
const say = (event: string) => void said.push(event)
const log = { ...silentLog, warn: say, error: say }
const lock = acquireLock(dataDir, { pid: process.pid, startedAt: Date.now(), version: '0.0.0' }, log)
const http = createHttpServer({
  dispatch: async () => null,
  log,
  now: Date.now,
  requestIds: createRequestIds(),
  host: '127.0.0.1',
  port: 0,
  dataDir,
  auth: { kind: 'off', current: () => 'nobody is asked for it' },
})
await http.start()
process.stdout.write(`${JSON.stringify({ port: http.port(), said, files: readdirSync(dataDir).sort() })}\n`)
for await (const _ of process.stdin) void _
await http.stop()
lock.release()
