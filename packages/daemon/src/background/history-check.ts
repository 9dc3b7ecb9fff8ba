// Once a day: proves that what the hosts wrote lately is stored, and takes in what is not. Runs as a process of its own
// with low priority, because reading transcripts is no work for the thread that answers; bounded in time and in how
// far back it looks. Off unless the user asked for it.
import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { z } from 'zod'
import type { Clock } from '../kit/clock.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import type { Store } from '../store/store.ts'
import type { BackgroundTask } from './background-work.ts'

export interface HistoryCheckOptions {
  /** Program and arguments that verify, repair and print the report as JSON. */
  readonly command: readonly [string, ...string[]]
  readonly store: Pick<Store, 'recordEvent' | 'events'>
  readonly now: Clock
  readonly startedAt: number
  readonly paused: () => boolean
  readonly log: Log
}

const eventKind = 'history_checked'
const reportSchema = z.object({
  on_disk: z.int(),
  stored: z.int(),
  missing: z.int(),
  differing: z.int(),
  repair: z.object({ stored: z.int(), refused: z.int() }).nullable(),
})

export function createHistoryCheck(options: HistoryCheckOptions): BackgroundTask {
  const { command, store, now, startedAt, paused, log } = options

  async function isDue(): Promise<boolean> {
    // A daemon that has just started has better things to do: somebody is waiting for it.
    if (paused() || now() - startedAt < limits.historyCheckAfterMs) return false
    const [last] = await store.events({
      kind: eventKind,
      since: now() - limits.historyCheckEveryMs,
      limit: 1,
    })
    return last === undefined
  }

  return {
    name: 'history_check',
    async run(signal) {
      if (!(await isDue())) return
      const printed = await runBounded(command, signal)
      const report = printed === null ? null : reportSchema.safeParse(parseJson(printed)).data
      // A stop in the middle is no finding; the next start looks again.
      if (signal.aborted) return
      const { on_disk = null, stored = null, missing = null, differing = null, repair = null } = report ?? {}
      const data = { on_disk, stored, missing, differing, repaired: repair?.stored ?? null }
      log[report == null ? 'warn' : 'info'](eventKind, data)
      await store.recordEvent({ at: now(), kind: eventKind, data })
    },
  }
}

/** What the command printed, or null when it could not be run, took too long or printed too much. */
function runBounded(
  [program, ...args]: readonly [string, ...string[]],
  signal: AbortSignal,
): Promise<string | null> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(limits.historyCheckMsMax)])
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    signal: bounded,
    killSignal: 'SIGKILL',
  })
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  const chunks: Buffer[] = []
  let bytes = 0
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > limits.historyCheckReportBytesMax) child.kill('SIGKILL')
    else chunks.push(chunk)
  })
  return new Promise((resolve) => {
    child.on('error', () => child.pid === undefined && resolve(null))
    child.on('close', (code) =>
      resolve(code === 0 || code === 1 ? Buffer.concat(chunks).toString('utf8') : null),
    )
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
