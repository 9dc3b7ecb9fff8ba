// The power is cut: what a real daemon, and real commands, wrote and synced is recorded with strace; from the recording the
// disk is built as a cut at many moments may have left it, with nothing of what was not synced or a random part of
// it; and the store on it must open and hold everything that had been acknowledged by then.
import { equal, ok } from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../../bench/load/invented-history.ts'
import { openKey } from '../../../packages/daemon/src/lifecycle/key.ts'
import { openInProcess } from '../../../packages/daemon/test/store/support/in-process-store.ts'
import { daemonBin } from '../../support/daemon-child.ts'
import { installDebianPackages, mayInstall } from '../../support/debian-packages.ts'
import { inspectStore } from '../inspect-store.ts'
import { between, inventedText, markPattern, type Random } from '../invented.ts'
import { type Cut, createDisk, type Disk, writeTo } from '../power/disk.ts'
import { readTrace, straceArguments, type TracedCall } from '../power/trace.ts'
import { type Place, project, type Scenario, talkTo, withFault } from './scenario.ts'

const clients = 3
const roundsPerClient = 10
const turnsPerRound = 3
/** Long texts, so that the log is emptied into the file on the way. */
const textChars = 12_000
const recordedMsMax = 30_000
const commandMsMax = 120_000

/** `cuts` of the daemon at work; the commands are cut at a third as many moments each. */
export function powerLoss(cuts: number): Scenario {
  return {
    name: 'power loss',
    cannot: whyNoStrace,
    async run(place) {
      const recorded = await recordDaemon(place, 'work', {})
      const atWork = await cutDaemon(place, recorded, cuts)
      equal(atWork.wrong.join('\n'), '')
      const commands = await cutCommands(place, recorded, Math.ceil(cuts / 3))
      const control = await seesWhatIsNotSynced(place, 20)
      return (
        `${atWork.cuts} cuts of a daemon at work, ${atWork.acknowledged} acknowledged batches by the last: all there; ` +
        `${commands} cuts of backup, restore and key change: one whole store each; with syncing turned off, 20 cuts lost ${control} things`
      )
    },
  }
}

function whyNoStrace(): string | null {
  if (process.platform !== 'linux') return 'it needs strace, which is for Linux'
  const works = (): boolean => spawnSync('strace', ['-f', 'true'], { stdio: 'ignore' }).status === 0
  if (!works() && mayInstall()) installDebianPackages('strace')
  if (works()) return null
  return 'no strace that may trace here; on Debian: apt-get install strace'
}

interface Batch {
  readonly ids: readonly string[]
  readonly texts: readonly string[]
  /** Was forgotten after this one was acknowledged, and before the client's next one was. */
  readonly thenForgotten: readonly string[]
}

interface Recorded {
  readonly calls: readonly TracedCall[]
  /** of each client, in order */
  readonly batches: readonly (readonly Batch[])[]
}

/** A daemon from its first start to its end by SIGKILL, with clients at work. */
async function recordDaemon(place: Place, name: string, fault: object): Promise<Recorded> {
  const trace = join(place.home, `${name}.trace`)
  const wrapper = ['strace', ...straceArguments(trace)]
  const daemon = await place.start({ wrapper, ...withFault(fault) })
  const batches = await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const talk = await talkTo(daemon)
      const random = seededRandom(client + 1)
      const done: Batch[] = []
      for (let round = 0; round < roundsPerClient; round += 1) {
        const texts = Array.from({ length: turnsPerRound }, (_, turn) => textOf(random, client, round, turn))
        const turns = texts.map((text, turn) => ({ role: 'user', text, message_id: `m${round}-${turn}` }))
        const where = { client: 'power', session_id: `ses_${client}`, project }
        const answer = await talk.call('memory_capture_batch', { ...where, turns })
        const ids = (answer.results as { record_id: string }[]).map(({ record_id }) => record_id)
        const thenForgotten = random() < 0.3 ? ids.slice(0, 1) : []
        if (thenForgotten.length > 0) await talk.call('memory_forget', { ids: thenForgotten })
        done.push({ ids, texts, thenForgotten })
      }
      talk.client.close()
      return done
    }),
  )
  daemon.kill('SIGKILL')
  await daemon.ended
  return { calls: await whenWritten(trace, place.home), batches }
}

function textOf(random: Random, client: number, round: number, turn: number): string {
  const lane = `p${'abc'[client]}`
  const text = inventedText(random, lane, round * turnsPerRound + turn).replaceAll('\u0000', '')
  const more = Array.from({ length: 400 }, () => between(random, 1e6, 1e9).toString(36)).join(' ')
  return `${text.slice(0, 500).toWellFormed()}\n${more.repeat(5)}`.slice(0, textChars)
}

/** strace goes on for a moment after what it watched has ended. */
async function whenWritten(trace: string, root: string): Promise<readonly TracedCall[]> {
  const until = performance.now() + recordedMsMax
  for (let size = -1; performance.now() < until; size = statSync(trace).size) {
    await sleep(300)
    if (statSync(trace).size !== size) continue
    const tail = readFileSync(trace, 'latin1').slice(-4_000)
    if (/\+\+\+ (killed by SIGKILL|exited with \d+) \+\+\+\s*$/.test(tail)) return readTrace(trace, root)
  }
  throw new Error(`the recording ${trace} does not end`)
}

interface CutReport {
  readonly cuts: number
  readonly acknowledged: number
  readonly wrong: readonly string[]
}

async function cutDaemon(place: Place, recorded: Recorded, cuts: number): Promise<CutReport> {
  const random = seededRandom(cuts)
  const answered = answeredAt(recorded)
  const moments = [...answered.keys()].filter(() => random() < cuts / 2 / answered.size)
  while (moments.length < cuts) moments.push(between(random, 0, recorded.calls.length - 1))
  const wrong: string[] = []
  let acknowledged = 0
  await cutAt(recorded.calls, new Map(), moments, async (disk, moment) => {
    const told = [...answered].filter(([at]) => at <= moment).map(([, batch]) => batch)
    acknowledged = Math.max(acknowledged, told.length)
    const cut: Cut = moment % 2 === 0 ? 'nothing' : random
    const left = disk.after(cut)
    const seen = await lookAt(left, place, async (dataDir) => whatIsWrong(dataDir, recorded, told))
    wrong.push(...seen.map((what) => `a cut at call ${moment} of ${recorded.calls.length}: ${what}`))
  })
  return { cuts: moments.length, acknowledged, wrong }
}

/** At which call each batch was told to be kept. */
function answeredAt({ calls, batches }: Recorded): Map<number, Batch> {
  const waiting = new Map(batches.flat().map((batch) => [batch.ids.at(-1) ?? '', batch]))
  const found = new Map<number, Batch>()
  for (const [at, call] of calls.entries()) {
    if (call.call !== 'answer') continue
    const text = call.bytes.toString('latin1')
    for (const [id, batch] of waiting) {
      if (!text.includes(id)) continue
      found.set(at, batch)
      waiting.delete(id)
    }
  }
  equal(waiting.size, 0, 'every answer that a client got is in the recording')
  return found
}

async function whatIsWrong(
  dataDir: string,
  { batches }: Recorded,
  told: readonly Batch[],
): Promise<string[]> {
  const wrong: string[] = []
  const may = new Set(batches.flat().flatMap(({ thenForgotten }) => thenForgotten))
  // Forgotten for certain when the same client was told of a later batch.
  const forgotten = new Map<string, string>()
  for (const own of batches) {
    const last = own.findLastIndex((batch) => told.includes(batch))
    for (const { thenForgotten, texts } of own.slice(0, Math.max(0, last)))
      for (const id of thenForgotten) forgotten.set(id, texts[0] ?? '')
  }
  const held = await heldIn(dataDir)
  for (const { ids, texts } of told) {
    for (const [index, id] of ids.entries()) {
      if (forgotten.has(id) ? held.has(id) : !may.has(id) && held.get(id) !== texts[index])
        wrong.push(`${forgotten.has(id) ? 'came back' : 'lost'}: ${id}`)
    }
  }
  const known = batches.flat()
  for (const { ids } of known) {
    const there = ids.filter((id) => held.has(id)).length
    const gone = ids.filter((id) => may.has(id) && !held.has(id)).length
    if (there !== 0 && there + gone !== ids.length) wrong.push(`torn: ${there} of ${ids.length} turns`)
  }
  const gone = new Set([...forgotten.values()].flatMap((text) => text.match(markPattern)?.[0] ?? []))
  if (existsSync(join(dataDir, 'memory.db'))) wrong.push(...inspectStore(dataDir, { gone, deep: false }))
  return wrong
}

/** Opened as a start opens it: the directory first, then the key, then the store. */
async function heldIn(dataDir: string): Promise<ReadonlyMap<string, string>> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const { key } = await openKey(dataDir, null)
  const { store } = openInProcess({ file: join(dataDir, 'memory.db'), key })
  try {
    const memories = await store.list(
      { projects: null, currentOnly: false },
      { limit: 1_000, order: 'oldest' },
    )
    return new Map(memories.map(({ id, text }) => [id, text]))
  } finally {
    await store.close()
  }
}

/** Goes through a recording once and stops at each moment. */
async function cutAt(
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

async function lookAt(
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

/** A backup, a key change and a restore, each cut on the way. Returns how many cuts were looked at. */
async function cutCommands(place: Place, recorded: Recorded, cuts: number): Promise<number> {
  const backup = join(place.home, 'one.backup')
  const expected = new Set((await heldIn(place.dataDir)).keys())
  let looked = 0
  ok(recorded.batches.length > 0 && expected.size > 0)
  for (const args of [
    ['backup', backup],
    ['key', 'rotate'],
    ['restore', backup, '--yes'],
  ]) {
    const there = filesBelow(place.home)
    const calls = await recordCommand(place, args)
    const random = seededRandom(cuts)
    const telling = [...calls.entries()].filter(([, { call }]) => call !== 'write' && call !== 'answer')
    const moments = telling.map(([at]) => at).filter(() => random() < cuts / telling.length)
    await cutAt(calls, there, moments, async (disk, moment) => {
      looked += 1
      const left = disk.after(moment % 2 === 0 ? 'nothing' : random)
      const wrong = await lookAt(left, place, async (dataDir) => {
        const held = await heldIn(dataDir)
        const isSame = held.size === expected.size && [...expected].every((id) => held.has(id))
        const key = (await openKey(dataDir, null)).key
        return [
          ...(isSame ? [] : [`${held.size} memories instead of ${expected.size}`]),
          ...inspectStore(dataDir, { gone: new Set(), deep: false, key }),
        ]
      })
      equal(wrong.join('\n'), '', `iai-mcp ${args[0]} cut at call ${moment} of ${calls.length}`)
    })
  }
  return looked
}

async function recordCommand(place: Place, args: readonly string[]): Promise<readonly TracedCall[]> {
  const trace = join(place.home, `${args[0]}.trace`)
  const child = spawn(
    'strace',
    [...straceArguments(trace), process.execPath, daemonBin, ...args, '--data-dir', place.dataDir],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { HOME: place.home, PATH: process.env.PATH ?? '/usr/bin:/bin' },
      timeout: commandMsMax,
    },
  )
  const [code] = await once(child, 'close')
  equal(code, 0, `iai-mcp ${args.join(' ')}`)
  return whenWritten(trace, place.home)
}

/** All regular files below `root`, the recordings left out. */
function filesBelow(root: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.trace'))
  return new Map(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name))]),
  )
}

/** The same with a store that does not sync: this test must be able to fail. */
async function seesWhatIsNotSynced(place: Place, cuts: number): Promise<number> {
  renameSync(place.dataDir, join(place.home, 'first'))
  const recorded = await recordDaemon(place, 'unsynced', { synchronous: 'OFF' })
  const { wrong } = await cutDaemon(place, recorded, cuts)
  ok(wrong.length > 0, 'a store that syncs nothing lost nothing: the cuts show nothing')
  return wrong.length
}
