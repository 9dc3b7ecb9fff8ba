// Proves that what the hosts wrote lately is stored, and takes in what is not: after sessions have ended, and once a day.
// Runs as a process of its own with low priority, because reading transcripts is no work for the thread that answers;
// bounded in time; looks back to the last check that succeeded. Off unless the user asked for it.
import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { z } from 'zod'
import type { Clock } from '../kit/clock.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import type { Store, StoreEvent } from '../store/store.ts'
import type { BackgroundTask } from './background-work.ts'

export interface HistoryCheckOptions {
  /** Program and arguments that verify what these hosts changed in the last hours, repair, and print the report as JSON. */
  command(hosts: readonly string[], changedWithinHours: number): readonly [string, ...string[]]
  /** Hosts of which something is remembered: of no other anything is read. */
  readonly hosts: () => Promise<readonly string[]>
  readonly store: Pick<Store, 'recordEvent' | 'events'>
  /** When the store was made: what is older is for an import. */
  readonly madeAt: number
  readonly now: Clock
  readonly startedAt: number
  readonly sessionEndedAt: () => number | null
  readonly paused: () => boolean
  readonly log: Log
}

/** The latest of each kind says when it ran last, also to a daemon that starts later. */
const eventKinds = { daily: 'history_checked', session: 'sessions_checked' } as const
const hourMs = 3_600_000
const reportSchema = z.object({
  on_disk: z.int(),
  stored: z.int(),
  forgotten: z.int(),
  missing: z.int(),
  differing: z.int(),
  repair: z.object({ stored: z.int(), refused: z.int() }).nullable(),
})

/** Once a day, for the files of the last days. */
export function createDailyCheck(options: HistoryCheckOptions): BackgroundTask {
  const { now, startedAt, paused } = options
  return checkTask(options, {
    kind: eventKinds.daily,
    hours: limits.historyCheckLookBackHours,
    msMax: limits.historyCheckMsMax,
    // A daemon that has just started has better things to do: somebody is waiting for it.
    isDue: async (ranWithin) =>
      !paused() &&
      now() - startedAt >= limits.historyCheckAfterMs &&
      !(await ranWithin(limits.historyCheckEveryMs)),
  })
}

/** A while after a session has ended: hosts write a little later. However many end, not more often than every so often. */
export function createSessionCheck(options: HistoryCheckOptions): BackgroundTask {
  const { now, sessionEndedAt, paused } = options
  let checkedFor: number | null = null
  return checkTask(options, {
    kind: eventKinds.session,
    hours: limits.sessionCheckLookBackHours,
    msMax: limits.sessionCheckMsMax,
    async isDue(ranWithin) {
      const endedAt = sessionEndedAt()
      if (paused() || endedAt === null || endedAt === checkedFor) return false
      if (now() - endedAt < limits.sessionCheckAfterMs) return false
      if (await ranWithin(limits.sessionCheckEveryMs)) return false
      checkedFor = endedAt
      return true
    },
  })
}

interface Plan {
  readonly kind: string
  /** How far it looks back when none has succeeded yet. */
  readonly hours: number
  readonly msMax: number
  isDue(ranWithin: (ms: number) => Promise<boolean>): Promise<boolean>
}

function checkTask(options: HistoryCheckOptions, { kind, hours, msMax, isDue }: Plan): BackgroundTask {
  const { command, store, now, log } = options

  /** The latest first, without those from a time when the clock was ahead: they count as never run. */
  async function checks(of: string): Promise<readonly StoreEvent[]> {
    const latest = await store.events({ kind: of, limit: limits.historyChecksReadMax })
    return latest.filter(({ at }) => at <= now())
  }

  async function ranWithin(ms: number): Promise<boolean> {
    return (await checks(kind)).some(({ at }) => at >= now() - ms)
  }

  /** Back to when the last one that succeeded, of either kind, began at the earliest. */
  async function hoursBack(): Promise<number> {
    const ran = (await Promise.all(Object.values(eventKinds).map(checks))).flat()
    const times = ran
      .filter(({ data }) => data.on_disk !== null)
      .map(({ at }) => at - limits.historyCheckMsMax)
    const never = Math.max(now() - hours * hourMs, options.madeAt)
    const since = times.length === 0 ? never : Math.max(...times)
    const back = Math.ceil((now() - since) / hourMs)
    return Math.min(Math.max(back, 1), limits.historyCheckLookBackHoursMax)
  }

  return {
    name: kind,
    async run(signal) {
      if (!(await isDue(ranWithin))) return
      const hosts = await options.hosts()
      if (hosts.length === 0) return
      const printed = await runBounded(command(hosts, await hoursBack()), msMax, signal)
      const report = printed === null ? null : reportSchema.safeParse(parseJson(printed)).data
      // A stop in the middle is no finding; the next start looks again.
      if (signal.aborted) return
      const { on_disk = null, stored = null, forgotten = null } = report ?? {}
      const { missing = null, differing = null, repair = null } = report ?? {}
      const data = { on_disk, stored, forgotten, missing, differing, repaired: repair?.stored ?? null }
      log[report == null ? 'warn' : 'info'](kind, data)
      await store.recordEvent({ at: now(), kind, data })
    },
  }
}

/** What the command printed, or null when it could not be run, took too long or printed too much. */
function runBounded(
  [program, ...args]: readonly [string, ...string[]],
  msMax: number,
  signal: AbortSignal,
): Promise<string | null> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(msMax)])
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
