// `iai-mcp import` of an invented export, as a user runs it: a process of its own, which may lose its daemon at any
// moment. Only an import that ended well acknowledges what it read.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { daemonBin } from '../../support/daemon-child.ts'
import { inventedText } from '../invented.ts'
import type { Lane } from './lane.ts'

const turnsPerImport = 400
const triesOnMsMax = 700
const endKnownMsMax = 2_000

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
  const { code, output } = await run(
    daemon.ended,
    ['import', 'jsonl', file, '--json', '--data-dir', daemon.dataDir],
    dirname(daemon.dataDir),
  )
  if (code === 0) return ledger.acknowledge(wish)
  // An import may see its daemon go a moment before that end is known here.
  await Promise.race([daemon.ended, sleep(endKnownMsMax, undefined, { ref: false })])
  if (daemon.isRunning() && !context.isStopping())
    wrong(`an import ended with ${code} while the daemon ran: ${output.slice(-1_000)}`)
}

/** It tries again for a while when its daemon is gone; here it is killed too, soon after. */
async function run(
  gone: Promise<unknown>,
  args: readonly string[],
  home: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const env = { HOME: home, PATH: process.env.PATH ?? '/usr/bin:/bin' }
  const child = spawn(process.execPath, [daemonBin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = once(child, 'close')
  let killer: NodeJS.Timeout | undefined
  void gone.then(() => {
    killer = setTimeout(() => child.kill('SIGKILL'), triesOnMsMax)
  })
  const [code] = await ended
  clearTimeout(killer)
  return { code, output }
}
