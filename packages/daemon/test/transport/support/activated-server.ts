// A process started the way a service manager starts one: serves the socket it inherited until its input ends.
import { silentLog } from '../../../src/kit/log.ts'
import { createRequestIds } from '../../../src/transport/request-ids.ts'
import { activatedListenFd } from '../../../src/transport/socket/activation.ts'
import { createSocketServer } from '../../../src/transport/socket/socket-server.ts'

const fd = activatedListenFd(process.env, process.pid)
if (fd === null) throw new Error('no socket was handed over')
const service = createSocketServer({
  dispatch: async (method) => method,
  control: async () => ({ ok: true }),
  log: silentLog,
  now: Date.now,
  requestIds: createRequestIds('activated'),
  address: { kind: 'fd', fd },
})
await service.start()
process.stdout.write('ready\n')
process.stdin.resume().once('end', () => void service.stop())
