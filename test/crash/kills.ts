// The heart of the suite: a daemon at work is killed, at a named place or at a random moment, what it left is looked
// at, it is started again over the same data, and what it holds is compared with what it had acknowledged.
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../../bench/load/invented-history.ts'
import { type DaemonChild, DaemonNotStarted, startDaemonChild } from '../support/daemon-child.ts'
import { inspectStore } from './inspect-store.ts'
import { between, markPattern, pick, type Random } from './invented.ts'
import { createKeeping, type Keeping, type KeepingPlan, type KeptExport, planKeeping } from './keeping.ts'
import { onlineBackupName } from './lanes/backup.ts'
import type { LaneContext } from './lanes/lane.ts'
import { lanesOf } from './lanes/lanes.ts'
import { createLedger } from './ledger.ts'
import { readStore } from './read-store.ts'
import type { FoundStore } from './wishes.ts'

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
  ['vacuum', 2],
  ['rename-backup', 2],
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
/** How many of the kills are of a command that works on the whole store. */
const keepingShare = 0.3
const laneEndMsMax = 90_000
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
type AnyPlan = KillPlan | { readonly kind: 'keeping'; readonly keeping: KeepingPlan }

export async function surviveKills({ kills, seed, onKill }: KillsOptions): Promise<KillsReport> {
  // Two streams: how often the lanes ask depends on the machine, and must not shift what is planned.
  const [planning, working] = [seededRandom(seed), seededRandom(seed + 1)]
  const where = new Map<string, number>()
  const wrong: string[] = []
  const exports = createExports()
  let acknowledged = 0
  let number = 0
  let keepings = 0
  for (let kill = 0; kill < kills && wrong.length === 0; ) {
    const life = createLife(working, exports, () => (number += 1))
    try {
      for (let inLife = 0; inLife < killsPerStore && kill < kills && wrong.length === 0; inLife += 1) {
        const plan = planKill(planning, inLife, keepings)
        if (plan.kind === 'keeping') keepings += 1
        const place = await life.untilKilled(plan)
        wrong.push(
          ...(await life.look()).map((what) => `after kill ${kill} (${place ?? told(plan)}): ${what}`),
        )
        if (place === null) continue
        kill += 1
        where.set(place, (where.get(place) ?? 0) + 1)
        onKill(kill, place, acknowledged + life.ledger.acknowledgedWrites())
      }
      if (wrong.length === 0)
        wrong.push(...(await life.endWell()).map((what) => `after kill ${kill}: ${what}`))
      acknowledged += life.ledger.acknowledgedWrites()
    } finally {
      await life.remove(wrong.length > 0)
    }
  }
  exports.remove()
  return {
    kills: [...where.values()].reduce((sum, times) => sum + times, 0),
    acknowledged,
    places: where,
    wrong,
  }
}

function told(plan: AnyPlan): string {
  return plan.kind === 'keeping' ? `${plan.keeping.work}, ended well` : plan.kind
}

function planKill(random: Random, inLife: number, keepings: number): AnyPlan {
  const isFirst = inLife === 0
  if (!isFirst && random() < keepingShare) return { kind: 'keeping', keeping: planKeeping(random, keepings) }
  const chance = random()
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

/** Hands what one store held on to the next; never twice, so that stores do not grow without end. */
function createExports() {
  const folder = mkdtempSync(join(tmpdir(), 'iai-crash-exports-'))
  let kept: KeptExport | null = null
  let made = 0
  return {
    take(): KeptExport | null {
      const taken = kept
      kept = null
      return taken
    },
    async keep(keeping: Keeping, content: FoundStore): Promise<void> {
      const [format, ending] = made % 2 === 0 ? (['jsonl', 'jsonl'] as const) : (['markdown', 'md'] as const)
      made += 1
      const file = join(folder, `${made}.${ending}`)
      await keeping.exportAll(file, format)
      kept = { file, content }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** One data directory from its creation to its removal. */
function createLife(random: Random, exports: ReturnType<typeof createExports>, nextNumber: () => number) {
  const ledger = createLedger()
  const wrong: string[] = []
  const home = mkdtempSync(join(tmpdir(), 'iai-crash-'))
  const dataDir = join(home, 'data')
  let hasTakenIn = false
  const keeping = createKeeping({
    ...{ home, dataDir, ledger, random },
    wrong: (what) => void wrong.push(what),
    foreign() {
      if (hasTakenIn) return null
      const found = exports.take()
      hasTakenIn = found !== null
      return found
    },
  })

  async function start(plan: KillPlan | null): Promise<DaemonChild | null> {
    const fault = plan?.kind === 'place' ? { killAt: plan.at, nth: plan.nth } : {}
    const onSpawn = (child: ChildProcess): void => {
      if (plan?.kind === 'start') setTimeout(() => child.kill('SIGKILL'), plan.ms)
    }
    try {
      const env = { IAI_TEST_FAULT: JSON.stringify(fault), ...keeping.env() }
      return await startDaemonChild({ dataDir, env, nodeArgs: ['--import', preload], onSpawn })
    } catch (error) {
      if (!(error instanceof DaemonNotStarted)) throw error
      if (error.end.signal !== 'SIGKILL') wrong.push(`the start failed: ${error.end.errors}`)
      return null
    }
  }

  /** Compares what is there with the ledger. Null when the daemon went away meanwhile, else what is there. */
  async function compare(daemon: DaemonChild): Promise<FoundStore | null> {
    const found = await readStore(daemon).catch(async (error) => {
      // Its connections break a moment before its end is known.
      await Promise.race([daemon.ended, sleep(endKnownMsMax)])
      if (daemon.isRunning()) wrong.push(`reading back failed: ${error.message}`)
      return null
    })
    // A place may be passed while everything is read back; the next start tries again.
    if (found === null || !daemon.isRunning()) return null
    wrong.push(...ledger.reconcile(found))
    return found
  }

  async function work(daemon: DaemonChild, plan: KillPlan): Promise<void> {
    let isStopping = false
    const context: LaneContext = {
      ...{ daemon, ledger, random, nextNumber },
      isStopping: () => isStopping,
      checkBackup: keeping.checkBackup,
      wrong: (what) => wrong.push(what),
    }
    const enough = ledger.acknowledgedWrites() + writesBefore(plan)
    const until = performance.now() + driveMsMax
    const timer = setInterval(() => {
      if (ledger.acknowledgedWrites() < enough && performance.now() < until) return
      clearInterval(timer)
      if (plan.kind !== 'stop') return daemon.kill('SIGKILL')
      isStopping = true
      daemon.kill('SIGTERM')
      setTimeout(() => daemon.kill('SIGKILL'), plan.ms)
    }, lookEveryMs)
    const lanes = Promise.all(lanesOf(random).map((lane) => lane(context)))
    await Promise.all([daemon.ended, within(lanes, laneEndMsMax, 'the lanes')])
    clearInterval(timer)
  }

  /** A command beside a daemon that has nothing else to do; null when it came to its end. */
  async function keep(plan: KeepingPlan): Promise<string | null> {
    const daemon = await start(null)
    if (daemon === null) return null
    if ((await compare(daemon)) === null) wrong.push('it could not be read back')
    const place = wrong.length > 0 ? null : await keeping.run(plan)
    const { code, errors } = await daemon.stop()
    if (code !== 0) wrong.push(`it stopped with ${code}: ${errors.slice(-2_000)}`)
    return place
  }

  /** Exact as soon as there is a store; null before. */
  async function keyOfStore(): Promise<Buffer | null> {
    if (!existsSync(join(dataDir, 'memory.db'))) return null
    const key = await keeping.key()
    if (key === null) wrong.push('the key that the data directory names does not open the store')
    return key
  }

  async function inspect(deep: boolean): Promise<void> {
    const key = await keyOfStore()
    const gone = new Set(ledger.forgotten().flatMap(({ text }) => text.match(markPattern) ?? []))
    const known = key === null ? {} : { key }
    wrong.push(...inspectStore(dataDir, { gone, deep, ...known }))
    const backup = join(home, onlineBackupName)
    const told = existsSync(backup) ? await keeping.checkBackup(backup) : null
    if (told !== null) wrong.push(told)
  }

  return {
    ledger,
    /** Starts, compares, works, is killed. Resolves with where; null when what was to be killed had ended. */
    async untilKilled(plan: AnyPlan): Promise<string | null> {
      if (plan.kind === 'keeping') return keep(plan.keeping)
      const daemon = await start(plan)
      if (daemon === null) return plan.kind === 'place' ? plan.at : 'while starting'
      if ((await compare(daemon)) !== null) await work(daemon, plan)
      const { signal, code, errors } = await daemon.ended
      if (signal !== 'SIGKILL' && !(plan.kind === 'stop' && code === 0)) {
        wrong.push(`it ended by itself (${signal ?? code}): ${errors.slice(-2_000)}`)
      }
      const place = /^fault: killed at (.+)$/m.exec(errors)?.[1]
      return place ?? (plan.kind === 'stop' ? 'while stopping' : 'at a random moment')
    },
    async look(): Promise<readonly string[]> {
      await inspect(false)
      return wrong.splice(0)
    },
    /** Once more without a fault: compared, stopped by the book, looked through in depth. */
    async endWell(): Promise<readonly string[]> {
      for (const name of readdirSync(dataDir))
        if (name.endsWith('.tmp')) utimesSync(join(dataDir, name), 0, 0)
      const daemon = await start(null)
      if (daemon === null) return [...wrong.splice(0), 'it did not start any more']
      const found = await compare(daemon)
      if (found === null) wrong.push('it could not be read back')
      const { code } = await daemon.stop()
      if (code !== 0) wrong.push(`it stopped with ${code}`)
      const kept = [
        ...['.key', 'key.json', '.former-keys', 'replaced'],
        '.http.token',
        'memory.db',
        'memory.db.cipher',
        '.deferred-captures',
        '.import-marks.jsonl',
      ]
      const left = readdirSync(dataDir).filter((name) => !kept.includes(name))
      if (left.length > 0) wrong.push(`it left ${left.join(', ')}`)
      await inspect(true)
      if (wrong.length === 0 && found !== null && !hasTakenIn) await exports.keep(keeping, found)
      return wrong.splice(0)
    },
    async remove(isKept: boolean): Promise<void> {
      if (isKept) process.stdout.write(`the data directory is kept for a look: ${dataDir}\n`)
      else await rm(home, { recursive: true, force: true })
    },
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
