// Backups by the daemon itself, while everybody captures: what is in one is all that was acknowledged before it was asked
// for, but for what is being forgotten.
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectDaemon } from '../../../packages/client/src/socket-client.ts'
import { type Lane, whileThere } from './lane.ts'

/** Always the same file: one is replaced by the next in one step. */
export const onlineBackupName = 'online.backup'

const backupMsMax = 30_000
/** Each reads and writes the whole store. */
const pauseMs = 150

export const backupLane: Lane = async (context) => {
  const { daemon, ledger, wrong } = context
  const path = join(dirname(daemon.dataDir), onlineBackupName)
  await whileThere(context, 'backup', async () => {
    const socket = await connectDaemon(daemon.socketPath, { timeoutMs: backupMsMax })
    while (daemon.isRunning()) {
      const before = [...ledger.held().keys()]
      const answer = await socket.control({ type: 'backup', path } as { type: string }, {
        timeoutMs: backupMsMax,
      })
      if (answer.ok !== true) wrong(`a backup was refused: ${answer.reason}`)
      const told = await context.checkBackup(path, (ids) =>
        before.filter((id) => !ids.has(id) && !ledger.isBeingForgotten(id)),
      )
      if (told !== null) wrong(told)
      await sleep(pauseMs)
    }
  })
}
