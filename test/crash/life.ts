// One data directory from its creation to its removal: daemons over it are started, put to work, killed and started again,
// and each time what is there is compared with what was acknowledged.
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { answeredWithin } from '../../packages/daemon/src/kit/deadline.ts'
import { type DaemonChild, DaemonNotStarted, startDaemonChild } from '../support/daemon-child.ts'
import { inspectStore } from './inspect-store.ts'
import { markPattern, type Random } from './invented.ts'
import { createKeeping, type Keeping, type KeepingPlan, type KeptExport } from './keeping.ts'
import { type AnyPlan, type KillPlan, writesBefore } from './kill-plans.ts'
import { onlineBackupName } from './lanes/backup.ts'
import type { LaneContext } from './lanes/lane.ts'
import { lanesOf } from './lanes/lanes.ts'
import { createLedger } from './ledger.ts'
import { readStore } from './read-store.ts'
import type { FoundStore } from './wishes.ts'

const preload = fileURLToPath(new URL('./fault-preload.mjs', import.meta.url))

const laneEndMsMax = 90_000
const endKnownMsMax = 2_000
const lookEveryMs = 3
/** On a machine too busy to acknowledge that many. */
const driveMsMax = 8_000
const lanesLate = (): Error => new Error(`the lanes did not end within ${laneEndMsMax / 1_000} s`)

/** Hands what one store held on to the next; never twice, so that stores do not grow without end. */
export function createExports() {
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
export function createLife(
  random: Random,
  exports: ReturnType<typeof createExports>,
  nextNumber: () => number,
) {
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
    await Promise.all([daemon.ended, answeredWithin(lanes, laneEndMsMax, lanesLate)])
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
