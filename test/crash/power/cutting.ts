// What the power scenarios share: recording what runs, stopping the simulated disk at moments of the recording, and
// looking at what a cut would have left there.
import { equal, ok } from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openKey } from '../../../packages/daemon/src/lifecycle/key.ts'
import { openInProcess } from '../../../packages/daemon/test/store/support/in-process-store.ts'
import { daemonBin } from '../../support/daemon-child.ts'
import { installDebianPackages, mayInstall } from '../../support/debian-packages.ts'
import type { Place } from '../scenarios/scenario.ts'
import { createDisk, type Disk, writeTo } from './disk.ts'
import { readTrace, straceArguments, type TracedCall } from './trace.ts'

const recordedMsMax = 30_000
const commandMsMax = 120_000
const listedMax = 1_000

export function whyNoStrace(): string | null {
  if (process.platform !== 'linux') return 'it needs strace, which is for Linux'
  const works = (): boolean => spawnSync('strace', ['-f', 'true'], { stdio: 'ignore' }).status === 0
  if (!works() && mayInstall()) installDebianPackages('strace')
  if (works()) return null
  return 'no strace that may trace here; on Debian: apt-get install strace'
}

/** Runs a command line under strace to its end; resolves with what it did below the place's home. */
export async function recordProgram(
  { home }: Place,
  name: string,
  command: readonly string[],
): Promise<readonly TracedCall[]> {
  const trace = join(home, `${name}.trace`)
  const child = spawn('strace', [...straceArguments(trace), ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { HOME: home, PATH: process.env.PATH ?? '/usr/bin:/bin' },
    timeout: commandMsMax,
  })
  child.stdout.resume()
  const [code] = await once(child, 'close')
  equal(code, 0, command.join(' '))
  return whenWritten(trace, home)
}

export function recordCommand(place: Place, args: readonly string[]): Promise<readonly TracedCall[]> {
  const command = [process.execPath, daemonBin, ...args, '--data-dir', place.dataDir]
  return recordProgram(place, args[0] ?? '', command)
}

/** strace goes on for a moment after what it watched has ended. */
export async function whenWritten(trace: string, root: string): Promise<readonly TracedCall[]> {
  const until = performance.now() + recordedMsMax
  for (let size = -1; performance.now() < until; size = statSync(trace).size) {
    await sleep(300)
    if (statSync(trace).size !== size) continue
    const tail = readFileSync(trace, 'latin1').slice(-4_000)
    if (/\+\+\+ (killed by SIGKILL|exited with \d+) \+\+\+\s*$/.test(tail)) return readTrace(trace, root)
  }
  throw new Error(`the recording ${trace} does not end`)
}

/** Opened as a start opens it: the directory first, then the key, then the store. */
export async function heldIn(dataDir: string): Promise<ReadonlyMap<string, string>> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const { key } = await openKey(dataDir, null)
  const { store } = openInProcess({ file: join(dataDir, 'memory.db'), key })
  try {
    const memories = await store.list(
      { projects: null, currentOnly: false },
      { limit: listedMax, order: 'oldest' },
    )
    ok(memories.length < listedMax, 'all of them fit one list')
    return new Map(memories.map(({ id, text }) => [id, text]))
  } finally {
    await store.close()
  }
}

/** Goes through a recording once and stops at each moment. */
export async function cutAt(
  calls: readonly TracedCall[],
  there: ReadonlyMap<string, Buffer>,
  moments: readonly number[],
  look: (disk: Disk, moment: number) => Promise<void>,
): Promise<void> {
  const disk = createDisk(there)
  const wanted = new Set(moments)
  for (const [at, call] of calls.entries()) {
    disk.apply(call)
    if (wanted.has(at)) await look(disk, at)
  }
}

export async function lookAt(
  left: ReadonlyMap<string, Buffer>,
  { home }: Place,
  look: (dataDir: string) => Promise<string[]>,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'iai-power-'))
  try {
    writeTo(left, home, folder)
    return await look(join(folder, 'data'))
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** All regular files below `root`, the recordings left out. */
export function filesBelow(root: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.trace'))
  return new Map(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name))]),
  )
}
