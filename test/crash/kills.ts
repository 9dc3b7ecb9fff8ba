// The heart of the suite: a daemon at work is killed, at a named place or at a random moment, what it left is looked
// at, it is started again over the same data, and what it holds is compared with what it had acknowledged.
import type { ChildProcess } from 'node:child_process'
import { readdirSync, utimesSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../../bench/load/invented-history.ts'
import { connectDaemon } from '../../packages/client/src/socket-client.ts'
import { type DaemonChild, DaemonNotStarted, startDaemonChild } from '../support/daemon-child.ts'
import { inspectStore } from './inspect-store.ts'
import { between, markPattern, pick, type Random } from './invented.ts'
import type { LaneContext } from './lanes/lane.ts'
import { lanesOf } from './lanes/lanes.ts'
import { createLedger, type Found, type FoundStore } from './ledger.ts'

const preload = fileURLToPath(new URL('./fault-preload.mjs', import.meta.url))

/** Where a daemon may be killed (fault-preload.mjs), and the highest turn at which it is. */
const places: readonly (readonly [what: string, nthMax: number])[] = [
  ['begin', 12],
  ['commit', 12],
  ['insert', 40],
  ['passage', 40],
  ['index', 40],
  ['bar', 4],
  ['erase', 4],
  ['unindex', 4],
  ['supersede', 2],
  ['derive', 2],
  ['profile', 2],
  ['checkpoint', 4],
  ['rename-spool', 3],
  ['rm-spool', 3],
]
/** Passed only when a store is created. */
const placesOfCreation: readonly (readonly [what: string, nthMax: number])[] = [
  ['rename-store', 1],
  ['writeFile-note', 1],
  ['rename-note', 1],
  ['migrate', 4],
  ['begin', 4],
  ['commit', 4],
]

/** A store is given up for a new one after this many kills, so that creation is killed too. */
const killsPerStore = 25
/** A place that is not reached after so many acknowledged writes is killed there and then. */
const writesPerKillMax = 40
const writesBeforeStop = 15
/** On a machine too busy to acknowledge that many. */
const driveMsMax = 8_000
const lookEveryMs = 3
const startKillMsMax = 400
const laneEndMsMax = 90_000
const verifyCallMsMax = 30_000
const endKnownMsMax = 2_000

export interface KillsReport {
  readonly kills: number
  readonly acknowledged: number
  /** How often it was killed where. */
  readonly places: ReadonlyMap<string, number>
  readonly wrong: readonly string[]
}

export interface KillsOptions {
  readonly kills: number
  readonly seed: number
  onKill(kill: number, where: string, acknowledged: number): void
}

type KillPlan =
  | { readonly kind: 'place'; readonly at: string; readonly nth: number }
  | { readonly kind: 'moment'; readonly afterWrites: number }
  | { readonly kind: 'start'; readonly ms: number }
  | { readonly kind: 'stop'; readonly ms: number }

export async function surviveKills({ kills, seed, onKill }: KillsOptions): Promise<KillsReport> {
  // Two streams: how often the lanes ask depends on the machine, and must not shift what is planned.
  const [planning, working] = [seededRandom(seed), seededRandom(seed + 1)]
  const where = new Map<string, number>()
  const wrong: string[] = []
  let acknowledged = 0
  let number = 0
  for (let kill = 0; kill < kills && wrong.length === 0; ) {
    const life = createLife(working, () => (number += 1))
    try {
      for (let inLife = 0; inLife < killsPerStore && kill < kills && wrong.length === 0; inLife += 1) {
        const place = await life.untilKilled(planKill(planning, inLife))
        kill += 1
        where.set(place, (where.get(place) ?? 0) + 1)
        wrong.push(...life.look().map((what) => `kill ${kill} (${place}): ${what}`))
        onKill(kill, place, acknowledged + life.ledger.acknowledgedWrites())
      }
      if (wrong.length === 0)
        wrong.push(...(await life.endWell()).map((what) => `after kill ${kill}: ${what}`))
      acknowledged += life.ledger.acknowledgedWrites()
    } finally {
      await life.remove(wrong.length > 0)
    }
  }
  return {
    kills: [...where.values()].reduce((sum, times) => sum + times, 0),
    acknowledged,
    places: where,
    wrong,
  }
}

function planKill(random: Random, inLife: number): KillPlan {
  const chance = random()
  const isFirst = inLife === 0
  if (chance < (isFirst ? 0.7 : 0.55)) {
    const [what, nthMax] = pick(random, isFirst ? placesOfCreation : places)
    const side = pick(random, ['before', 'after'] as const)
    return { kind: 'place', at: `${what}:${side}`, nth: between(random, 1, nthMax) }
  }
  if (chance < 0.62) return { kind: 'start', ms: between(random, 50, startKillMsMax) }
  if (chance < 0.67) return { kind: 'stop', ms: between(random, 0, 40) }
  return { kind: 'moment', afterWrites: between(random, 0, writesPerKillMax) }
}

function writesBefore(plan: KillPlan): number {
  if (plan.kind === 'moment') return plan.afterWrites
  return plan.kind === 'stop' ? writesBeforeStop : writesPerKillMax
}

/** One data directory from its creation to its removal. */
function createLife(random: Random, nextNumber: () => number) {
  const ledger = createLedger()
  const wrong: string[] = []
  let home: Promise<string> | undefined
  let dataDir = ''

  async function start(plan: KillPlan | null): Promise<DaemonChild | null> {
    home ??= mkdtemp(join(tmpdir(), 'iai-crash-'))
    dataDir = join(await home, 'data')
    const fault = plan?.kind === 'place' ? { killAt: plan.at, nth: plan.nth } : {}
    const onSpawn = (child: ChildProcess): void => {
      if (plan?.kind === 'start') setTimeout(() => child.kill('SIGKILL'), plan.ms)
    }
    try {
      const env = { IAI_TEST_FAULT: JSON.stringify(fault) }
      return await startDaemonChild({ dataDir, env, nodeArgs: ['--import', preload], onSpawn })
    } catch (error) {
      if (!(error instanceof DaemonNotStarted)) throw error
      if (error.end.signal !== 'SIGKILL') wrong.push(`the start failed: ${error.end.errors}`)
      return null
    }
  }

  /** Compares what is there with the ledger. False when the daemon went away meanwhile. */
  async function compare(daemon: DaemonChild): Promise<boolean> {
    const found = await readStore(daemon).catch(async (error) => {
      // Its connections break a moment before its end is known.
      await Promise.race([daemon.ended, sleep(endKnownMsMax)])
      if (daemon.isRunning()) wrong.push(`reading back failed: ${error.message}`)
      return null
    })
    // A place may be passed while everything is read back; the next start tries again.
    if (found === null || !daemon.isRunning()) return false
    wrong.push(...ledger.reconcile(found))
    return true
  }

  async function work(daemon: DaemonChild, plan: KillPlan): Promise<void> {
    const context: LaneContext = { daemon, ledger, random, nextNumber, wrong: (what) => wrong.push(what) }
    const enough = ledger.acknowledgedWrites() + writesBefore(plan)
    const until = performance.now() + driveMsMax
    const timer = setInterval(() => {
      if (ledger.acknowledgedWrites() < enough && performance.now() < until) return
      clearInterval(timer)
      if (plan.kind !== 'stop') return daemon.kill('SIGKILL')
      daemon.kill('SIGTERM')
      setTimeout(() => daemon.kill('SIGKILL'), plan.ms)
    }, lookEveryMs)
    const lanes = Promise.all(lanesOf(random).map((lane) => lane(context)))
    await Promise.all([daemon.ended, within(lanes, laneEndMsMax, 'the lanes')])
    clearInterval(timer)
  }

  return {
    ledger,
    /** Starts, compares, works, is killed. Resolves with where. */
    async untilKilled(plan: KillPlan): Promise<string> {
      const daemon = await start(plan)
      if (daemon === null) return plan.kind === 'place' ? plan.at : 'while starting'
      if (await compare(daemon)) await work(daemon, plan)
      const { signal, code, errors } = await daemon.ended
      if (signal !== 'SIGKILL' && !(plan.kind === 'stop' && code === 0)) {
        wrong.push(`it ended by itself (${signal ?? code}): ${errors.slice(-2_000)}`)
      }
      const place = /^fault: killed at (.+)$/m.exec(errors)?.[1]
      return place ?? (plan.kind === 'stop' ? 'while stopping' : 'at a random moment')
    },
    look(): readonly string[] {
      const gone = new Set(ledger.forgotten().flatMap(({ text }) => text.match(markPattern) ?? []))
      wrong.push(...inspectStore(dataDir, { gone, deep: false }))
      return wrong.splice(0)
    },
    /** Once more without a fault: compared, stopped by the book, looked through in depth. */
    async endWell(): Promise<readonly string[]> {
      for (const name of readdirSync(dataDir))
        if (name.endsWith('.tmp')) utimesSync(join(dataDir, name), 0, 0)
      const daemon = await start(null)
      if (daemon === null) return [...wrong.splice(0), 'it did not start any more']
      if (!(await compare(daemon))) wrong.push('it could not be read back')
      const { code } = await daemon.stop()
      if (code !== 0) wrong.push(`it stopped with ${code}`)
      const kept = [
        '.key',
        '.http.token',
        'memory.db',
        'memory.db.cipher',
        '.deferred-captures',
        '.import-marks.jsonl',
      ]
      const left = readdirSync(dataDir).filter((name) => !kept.includes(name))
      if (left.length > 0) wrong.push(`it left ${left.join(', ')}`)
      const gone = new Set(ledger.forgotten().flatMap(({ text }) => text.match(markPattern) ?? []))
      return [...wrong.splice(0), ...inspectStore(dataDir, { gone, deep: true })]
    },
    async remove(keep: boolean): Promise<void> {
      const folder = await home
      if (folder === undefined) return
      if (keep) process.stdout.write(`the data directory is kept for a look: ${dataDir}\n`)
      else await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Exported {
  readonly memories: readonly {
    readonly id: string
    readonly text: string
    readonly session_id: string
    readonly message_id: string | null
    readonly superseded_by: string | null
    readonly pin: Found['pin']
  }[]
  readonly next: string | null
}

/** Everything there is, the spool taken in first. */
async function readStore({ socketPath }: DaemonChild): Promise<FoundStore> {
  const client = await connectDaemon(socketPath, { timeoutMs: verifyCallMsMax })
  try {
    const options = { timeoutMs: verifyCallMsMax }
    await client.control({ type: 'session_open' }, options)
    const memories: Found[] = []
    for (let after: string | null = null; ; ) {
      const page = { all_projects: true, limit: 500, ...(after === null ? {} : { after }) }
      const exported = (await client.call('memory_export', page, options)) as Exported
      for (const memory of exported.memories) {
        memories.push({
          id: memory.id,
          text: memory.text,
          session: memory.session_id,
          messageId: memory.message_id,
          supersededBy: memory.superseded_by,
          pin: memory.pin,
        })
      }
      if (exported.next === null) break
      after = exported.next
    }
    const { identity } = (await client.call('profile_get', {}, options)) as { identity?: string }
    return { memories, identity: identity ?? '' }
  } finally {
    client.close()
  }
}

async function within<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${ms / 1_000} s`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
