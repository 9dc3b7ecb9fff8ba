// Turns that a client could not deliver: appended to the spool, which counts as acknowledged, and taken in from there.

import { connectDaemon } from '../../../packages/client/src/socket-client.ts'
import { createSpool } from '../../../packages/client/src/spool.ts'
import { between, inventedText } from '../invented.ts'
import { asking, type Lane, whileThere } from './lane.ts'

const client = 'crash-suite'
const drainMsMax = 20_000

export const spoolLane: Lane = async (context) => {
  const { daemon, random, nextNumber } = context
  const spool = createSpool({ dataDir: daemon.dataDir })
  await whileThere(context, 'spool', async () => {
    const socket = await connectDaemon(daemon.socketPath, { timeoutMs: drainMsMax })
    while (daemon.isRunning()) {
      const session = `spool-${between(random, 1, 4)}`
      const said = Array.from({ length: between(random, 1, 8) }, () => {
        const number = nextNumber()
        return { session, messageId: `m${number}`, text: inventedText(random, 'spool', number) }
      })
      await asking(context, { do: 'deliver', said }, async () => {
        const turns = said.map(
          ({ text, messageId }) => ({ text, role: 'user', message_id: messageId }) as const,
        )
        await spool.append({ client, session_id: session, project: 'git:example.org/crash/two', turns })
        return []
      })
      await socket.control({ type: 'session_open' }, { timeoutMs: drainMsMax })
    }
  })
}
