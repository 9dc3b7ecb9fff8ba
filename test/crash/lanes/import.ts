// `iai-mcp import` of an invented export, as a user runs it: a process of its own, which may lose its daemon at any
// moment. Only an import that ended well acknowledges what it read.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { daemonBin } from '../../support/daemon-child.ts'
import { inventedText } from '../invented.ts'
import type { Lane } from './lane.ts'

const turnsPerImport = 400
const triesOnMsMax = 700

export const importLane: Lane = async (context) => {
  const { daemon, random, nextNumber, ledger, wrong } = context
  const session = `import-${nextNumber()}`
  const said = Array.from({ length: turnsPerImport }, () => {
    const number = nextNumber()
    return {
      session,
      messageId: `m${number}`,
      text: inventedText(random, 'imp', number).slice(0, 2_000).toWellFormed(),
    }
  })
  const file = join(dirname(daemon.dataDir), `${session}.jsonl`)
  const at = Date.UTC(2026, 0, 5)
  const lines = said.map(({ text, messageId }, index) =>
    JSON.stringify({
      ...{ client: 'crash-import', session_id: session, message_id: messageId, role: 'user' },
      ...{ text, said_at: new Date(at + index * 1_000).toISOString() },
    }),
  )
  writeFileSync(file, `${lines.join('\n')}\n`)
  const wish = ledger.begin({ do: 'deliver', said })
  const code = await run(
    daemon.ended,
    ['import', 'jsonl', file, '--json', '--data-dir', daemon.dataDir],
    dirname(daemon.dataDir),
  )
  if (code === 0) ledger.acknowledge(wish)
  else if (daemon.isRunning() && !context.isStopping())
    wrong(`an import ended with ${code} while the daemon ran`)
}

/** It tries again for a while when its daemon is gone; here it is killed too, soon after. */
async function run(gone: Promise<unknown>, args: readonly string[], home: string): Promise<number | null> {
  const env = { HOME: home, PATH: process.env.PATH ?? '/usr/bin:/bin' }
  const child: ChildProcess = spawn(process.execPath, [daemonBin, ...args], { env, stdio: 'ignore' })
  const ended = once(child, 'exit')
  let killer: NodeJS.Timeout | undefined
  void gone.then(() => {
    killer = setTimeout(() => child.kill('SIGKILL'), triesOnMsMax)
  })
  const [code] = await ended
  clearTimeout(killer)
  return code
}
