// The power is cut while turns come in by the ways that take more than one step: a client that finds no daemon writes to
// the spool; a daemon takes the spool in; histories and exports are imported. Each step was told to be kept before the
// next one relied on it, so whatever the moment, nothing that was told is gone, and begun again it ends whole, once each.
import { equal, ok } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../../../bench/load/invented-history.ts'
import { drainSpool, inspectSpool } from '../../../packages/client/src/spool-drain.ts'
import { openKey } from '../../../packages/daemon/src/lifecycle/key.ts'
import { checkArchive, importArchive } from '../../../packages/daemon/src/maintenance/copies.ts'
import { openInProcess } from '../../../packages/daemon/test/store/support/in-process-store.ts'
import { turn } from '../../../packages/daemon/test/store/support/invented.ts'
import { testKey } from '../../../packages/daemon/test/store/support/sqlite-fixture.ts'
import { daemonBin, startDaemonChild } from '../../support/daemon-child.ts'
import { runCommand } from '../command.ts'
import { inspectStore } from '../inspect-store.ts'
import { between, type Random } from '../invented.ts'
import {
  cutAt,
  filesBelow,
  heldIn,
  lookAt,
  recordCommand,
  recordProgram,
  whyNoStrace,
} from '../power/cutting.ts'
import { type Disk, writeTo } from '../power/disk.ts'
import { roundsOfSpool, spooledBatch } from '../power/spooled-batches.ts'
import type { TracedCall } from '../power/trace.ts'
import type { Place, Scenario } from './scenario.ts'

/** `cuts` of each way in; after a tenth of them it is begun again. */
export function powerLossOfIntake(cuts: number): Scenario {
  return {
    name: 'power loss on the way in',
    cannot: whyNoStrace,
    async run(place) {
      const again = Math.ceil(cuts / 10)
      const spool = await cutSpool(within(place, 'spool'), cuts)
      const drain = await cutDrain(within(place, 'drain'), cuts, again)
      const histories = await cutHistories(within(place, 'histories'), cuts, again)
      const exported = await cutExport(within(place, 'export'), cuts)
      return [spool, drain, histories, exported].join('; ')
    },
  }
}

/** A home of its own in the place's. */
function within(place: Place, name: string): Place {
  const home = join(place.home, name)
  mkdirSync(home)
  return { ...place, home, dataDir: join(home, 'data') }
}

// ---- the spool

const spooledTexts = Array.from({ length: roundsOfSpool }, (_, round) =>
  spooledBatch(round).turns.map(({ text }) => text),
)

function spoolCommand(dataDir: string): readonly string[] {
  const script = fileURLToPath(new URL('../power/spooling.ts', import.meta.url))
  return [process.execPath, '--disable-warning=ExperimentalWarning', script, dataDir]
}

async function cutSpool(place: Place, cuts: number): Promise<string> {
  const calls = await recordProgram(place, 'spool', spoolCommand(place.dataDir))
  const told = toldAt(calls, /kept (round-\d+);/g)
  equal(told.size, roundsOfSpool)
  const random = seededRandom(cuts)
  const moments = momentsOf(calls, told, cuts, random)
  await cutAt(calls, new Map(), moments, async (disk, moment) => {
    const kept = [...told]
      .filter(([, at]) => at <= moment)
      .map(([name]) => Number(name.slice('round-'.length)))
    const wrong = await lookAt(disk.after(cutOf(moment, random)), place, async (dataDir) => {
      const found = await waitingIn(dataDir)
      return kept.flatMap((round) => spooledTexts[round] ?? []).filter((text) => !found.includes(text))
    })
    equal(wrong.join('\n'), '', `the spool, cut at call ${moment} of ${calls.length}`)
  })
  return `${moments.length} cuts of a client that spools, ${roundsOfSpool} batches told by the last: all there`
}

/** Texts that the next daemon would be handed; those that are no whole turn go elsewhere. */
async function waitingIn(dataDir: string): Promise<readonly string[]> {
  const found: string[] = []
  await drainSpool({ dataDir }, async ({ turns }) => {
    found.push(...turns.map(({ text }) => text))
    return { kind: 'stored' }
  })
  return found
}

// ---- the spool, taken in

async function cutDrain(place: Place, cuts: number, again: number): Promise<string> {
  await recordProgram(place, 'spool', spoolCommand(place.dataDir))
  const there = filesBelow(place.home)
  const folder = join(place.dataDir, '.deferred-captures')
  const calls = await recordScript(place, `until [ -z "$(ls ${folder})" ]; do sleep 0.1; done`)
  const all = spooledTexts.flat()
  const random = seededRandom(cuts)
  const moments = momentsOf(calls, new Map(), cuts, random)
  await cutAt(calls, there, moments, async (disk, moment) => {
    const left = disk.after(cutOf(moment, random))
    const wrong = await lookAt(left, place, async (dataDir) => {
      const held = [...(await heldIn(dataDir)).values()]
      const waiting = await waitingIn(dataDir)
      return all.filter((text) => !held.includes(text) && !waiting.includes(text))
    })
    equal(wrong.join('\n'), '', `the spool taken in, cut at call ${moment} of ${calls.length}`)
  })
  const begun = await beginAgain({ place, calls, there, moments: someOf(moments, again), random }, all, [])
  return `${moments.length} cuts of a daemon that takes the spool in, ${begun} begun again: each turn there, and once`
}

// ---- histories

const filesOfHistory = 3
const turnsPerFile = 300
/** Over a request's limit: it goes through the spool, and its file counts as read then. */
const longTextChars = 1_100_000

async function cutHistories(place: Place, cuts: number, again: number): Promise<string> {
  const files = Array.from({ length: filesOfHistory }, (_, number) => writeHistory(place, number))
  const imports = files.map(
    ({ path }) => `${shellNode} import jsonl ${path} --json --data-dir ${place.dataDir}`,
  )
  const there = filesBelow(place.home)
  const folder = join(place.dataDir, '.deferred-captures')
  const drained = `until [ -z "$(ls ${folder})" ]; do sleep 0.1; done`
  const calls = await recordScript(place, [...imports, drained].join(' && '))
  const final = await heldIn(place.dataDir)
  const all = files.flatMap(({ texts }) => texts)
  equal(difference(all, [...final.values()]), '')
  const told = toldAt(calls, /\b([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})\b/g)
  const random = seededRandom(cuts)
  const moments = momentsOf(calls, told, cuts, random)
  let most = 0
  await cutAt(calls, there, moments, async (disk, moment) => {
    const kept = [...final.keys()].filter((id) => (told.get(id) ?? Number.POSITIVE_INFINITY) <= moment)
    most = Math.max(most, kept.length)
    const wrong = await lookAt(disk.after(cutOf(moment, random)), place, async (dataDir) => {
      const held = await heldIn(dataDir)
      const { key } = await openKey(dataDir, null)
      return [
        ...kept.filter((id) => held.get(id) !== final.get(id)).map((id) => `lost: ${id}`),
        ...inspectStore(dataDir, { gone: new Set(), deep: false, key }),
      ]
    })
    equal(wrong.join('\n'), '', `an import, cut at call ${moment} of ${calls.length}`)
  })
  const paths = files.map(({ path }) => path)
  const begun = await beginAgain({ place, calls, there, moments: someOf(moments, again), random }, all, paths)
  return `${moments.length} cuts of imports of histories, ${most} acknowledged turns by the last, ${begun} begun again: all there, once`
}

function writeHistory(
  { home }: Place,
  number: number,
): { readonly path: string; readonly texts: readonly string[] } {
  const texts = Array.from({ length: turnsPerFile }, (_, at) => {
    const text = `History ${number} tells the zqhi${number}x${at}x of the harbour, and of pier ${at * 7}.`
    return at === turnsPerFile / 2 ? text.padEnd(longTextChars, ` ${text}`) : text
  })
  const lines = texts.map((text, at) =>
    JSON.stringify({
      ...{ client: 'power', session_id: `history-${number}`, message_id: `h${at}`, role: 'user', text },
      said_at: new Date(Date.UTC(2026, 0, 5) + at * 1_000).toISOString(),
    }),
  )
  const path = join(home, `history-${number}.jsonl`)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return { path, texts }
}

// ---- an export of another store

const ownMemories = 5
/** More than one transaction's. */
const foreignMemories = 900

async function cutExport(place: Place, cuts: number): Promise<string> {
  await writeStore(place.dataDir, 'own', ownMemories)
  const foreign = join(place.home, 'foreign')
  await writeStore(foreign, 'foreign', foreignMemories)
  const file = join(place.home, 'foreign.jsonl')
  const made = await runCommand(['export', file, '--format', 'jsonl'], { dataDir: foreign })
  equal(made.code, 0, made.errors)
  const there = filesBelow(place.home)
  const own = await heldIn(place.dataDir)
  const calls = await recordCommand(place, ['import', file])
  const all = await heldIn(place.dataDir)
  equal(all.size, ownMemories + foreignMemories)
  const said = toldAt(calls, /(taken in), \d+ were there/g)
  equal(said.size, 1, 'the command says at its end what it took in')
  const random = seededRandom(cuts)
  const moments = momentsOf(calls, said, cuts, random)
  let least = own.size
  await cutAt(calls, there, moments, async (disk, moment) => {
    const cut = cutOf(moment, random)
    const isTold = [...said.values()].some((at) => at <= moment)
    const wrong = await lookAt(disk.after(cut), place, async (dataDir) => {
      const held = await heldIn(dataDir)
      // What was on the disk at an earlier cut stays there: the rows come in whole transactions.
      if (held.size < least) return [`${held.size} memories, and ${least} at an earlier cut`]
      if (cut === 'nothing') least = held.size
      if (isTold && held.size !== all.size) return [`${held.size} memories after it had ended`]
      const key = await openKey(dataDir, null)
      importArchive({ dataDir, key, passphrase: null, release: () => {} }, checkArchive(file))
      const wholly = await heldIn(dataDir)
      const other = difference([...all.values()], [...wholly.values()])
      return [
        ...(other === '' ? [] : [other]),
        ...inspectStore(dataDir, { gone: new Set(), deep: false, key: key.key }),
      ]
    })
    equal(wrong.join('\n'), '', `an import of an export, cut at call ${moment} of ${calls.length}`)
  })
  ok(least > own.size, 'a cut fell between two of its transactions, or after them')
  return `${moments.length} cuts of the import of an export, each begun again: whole, and each row once`
}

async function writeStore(dataDir: string, name: string, count: number): Promise<void> {
  mkdirSync(dataDir, { mode: 0o700 })
  writeFileSync(join(dataDir, '.key'), `${testKey.toString('hex')}\n`, { mode: 0o600 })
  const { store } = openInProcess({ file: join(dataDir, 'memory.db'), key: testKey })
  const numbers = Array.from({ length: count }, (_, number) => number)
  await store.capture(
    numbers.map((number) =>
      turn({ id: `${name}-${number}`, text: `The ${name} zq${name}${number}x is here.` }),
    ),
  )
  await store.close()
}

// ---- recordings and moments

const shellNode = `'${process.execPath}' '${daemonBin}'`

/** A daemon, and what else happens while it runs, in one recording; killed at the end. */
function recordScript(place: Place, meanwhile: string): Promise<readonly TracedCall[]> {
  const { dataDir } = place
  const script = [
    `${shellNode} daemon --json --data-dir '${dataDir}' >/dev/null 2>&1 & daemon=$!`,
    `until [ -S '${dataDir}/.daemon.sock' ]; do sleep 0.1; done`,
    `{ ${meanwhile}; }; code=$?`,
    'kill -KILL $daemon; wait $daemon 2>/dev/null; exit $code',
  ]
  return recordProgram(place, 'work', ['sh', '-c', script.join('\n')])
}

/** At which call each name that `pattern` finds in an answer was first told to somebody. */
function toldAt(calls: readonly TracedCall[], pattern: RegExp): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const [at, call] of calls.entries()) {
    if (call.call !== 'answer') continue
    for (const [, name = ''] of call.bytes.toString('latin1').matchAll(pattern))
      if (!found.has(name)) found.set(name, at)
  }
  return found
}

/** Half of them just when something was told, when it counts most; the end among them. */
function momentsOf(
  calls: readonly TracedCall[],
  told: ReadonlyMap<string, number>,
  cuts: number,
  random: Random,
): readonly number[] {
  const tellings = [...new Set(told.values())]
  const moments = new Set([calls.length - 1, ...tellings.filter(() => random() < cuts / 2 / tellings.length)])
  const wanted = Math.min(cuts, calls.length)
  while (moments.size < wanted) moments.add(between(random, 0, calls.length - 1))
  return [...moments]
}

function cutOf(moment: number, random: Random): 'nothing' | Random {
  return moment % 2 === 0 ? 'nothing' : random
}

function someOf(moments: readonly number[], count: number): readonly number[] {
  const every = Math.max(1, Math.floor(moments.length / count))
  return moments.toSorted((a, b) => a - b).filter((_, index) => index % every === 0)
}

interface Recorded {
  readonly place: Place
  readonly calls: readonly TracedCall[]
  readonly there: ReadonlyMap<string, Buffer>
  readonly moments: readonly number[]
  readonly random: Random
}

const drainedMsMax = 30_000

/** A daemon starts on what a cut left, and what was under way is begun again: then each of `texts` is there once. */
async function beginAgain(
  { place, calls, there, moments, random }: Recorded,
  texts: readonly string[],
  files: readonly string[],
): Promise<number> {
  await cutAt(calls, there, moments, async (disk, moment) => {
    const home = mkdtempSync(join(tmpdir(), 'iai-again-'))
    try {
      const dataDir = rebuilt(disk, moment, random, place, home)
      const daemon = await startDaemonChild({ dataDir })
      try {
        for (const file of files) {
          const ended = await runCommand(['import', 'jsonl', file], { dataDir })
          equal(ended.code, 0, ended.errors)
        }
        await untilDrained(dataDir)
      } finally {
        await daemon.stop()
      }
      const held = [...(await heldIn(dataDir)).values()]
      equal(difference(texts, held), '', `begun again after a cut at call ${moment} of ${calls.length}`)
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
  return moments.length
}

/** In words, and short; empty when both hold the same texts as often. */
function difference(expected: readonly string[], held: readonly string[]): string {
  const short = (text: string) => `"${text.slice(0, 60)}" (${text.length})`
  const lost = expected.filter((text) => !held.includes(text)).map((text) => `lost: ${short(text)}`)
  const more = held.filter((text) => !expected.includes(text)).map((text) => `nobody said: ${short(text)}`)
  const doubled = held
    .filter((text, at) => held.indexOf(text) !== at)
    .map((text) => `doubled: ${short(text)}`)
  return [...lost, ...more, ...doubled].slice(0, 5).join('; ')
}

/** The directory after the cut; marks of imports are believed in it as they would be in the one it came from. */
function rebuilt(disk: Disk, moment: number, random: Random, place: Place, home: string): string {
  const dataDir = join(home, 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  writeTo(disk.after(cutOf(moment, random)), place.home, home)
  const marks = join(dataDir, '.import-marks.jsonl')
  const [head = '', ...lines] = readIfThere(marks).split('\n')
  if (head.startsWith('{')) {
    const { dev, ino, birthtimeMs } = statSync(join(dataDir, 'memory.db'))
    const store = `${dev}:${ino}:${Math.floor(birthtimeMs)}`
    writeFileSync(marks, [JSON.stringify({ ...JSON.parse(head), store }), ...lines].join('\n'))
  }
  return dataDir
}

function readIfThere(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(path, 'utf8')
}

async function untilDrained(dataDir: string): Promise<void> {
  for (const until = performance.now() + drainedMsMax; performance.now() < until; await sleep(100))
    if ((await inspectSpool({ dataDir })).waiting.length === 0) return
  throw new Error('the spool was not taken in')
}
