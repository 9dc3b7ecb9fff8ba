// `npm run test:fuzz [-- --inputs N --seed S]`: sends N damaged and half-right inputs through every way into a real
// daemon and through the readers of foreign files, then rude clients; the daemon has to answer within its limits, stay
// within its memory, and hold afterwards what it held before. The same seed gives the same inputs.
// A finding names its target and batch; `--target NAME --batch N` tries that one again.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { inspectStore } from '../crash/inspect-store.ts'
import { type DaemonChild, processUse, startDaemonChild } from '../support/daemon-child.ts'
import { startSuite } from '../support/suite.ts'
import { type Canaries, plantCanaries } from './canaries.ts'
import { politely, rudenesses } from './rude-clients.ts'
import { type Finding, inputsOf, type Target, type World } from './target.ts'
import { configTarget } from './targets/config.ts'
import { httpTarget, mcpHttpTarget } from './targets/http.ts'
import { importTargets } from './targets/importers.ts'
import { mcpSocketTarget, recallTarget, socketTarget } from './targets/socket.ts'
import { spoolTarget } from './targets/spool.ts'

/** The daemon's resident memory at any moment. */
const rssMibMax = 500
/** File descriptors more than at the beginning, once everything is over. */
const filesMoreMax = 8
const lookEveryMs = 500
const findingsMax = 20

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    batch: { type: 'string' },
  },
})
const [inputs, seed] = [Number(values.inputs), Number(values.seed)]
const targets: readonly Target[] = [
  ...[httpTarget, mcpHttpTarget, socketTarget, mcpSocketTarget, recallTarget, spoolTarget, configTarget],
  ...importTargets,
].filter(({ name }) => values.target === undefined || name === values.target)
if (targets.length === 0) throw new Error(`no target is named ${values.target}`)
const shares = targets.reduce((sum, { share }) => sum + share, 0)
const { say, judge, figure, end } = startSuite('test:fuzz', `fuzz suite: ${inputs} inputs, seed ${seed}`)
const home = mkdtempSync(join(tmpdir(), 'iai-fuzz-'))
/** Many thousand small files are written here: in memory where the system has such a place. */
const files = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : home, 'iai-fuzz-'))
/** Failures of the daemon's own; what it refuses a caller it may log too. */
const errorsLogged: string[] = []
const onLogLine = (line: string): void => {
  if (!line.includes('"level":"error"')) return
  const { error } = JSON.parse(line) as { error?: { name?: string; code?: string } }
  if (error?.name !== 'AppError' || error.code === 'internal') errorsLogged.push(line)
}
const daemon = await startDaemonChild({ dataDir: join(home, 'data'), onLogLine })
try {
  await run(daemon)
} finally {
  if (daemon.isRunning()) await daemon.stop()
  for (const folder of [home, files]) rmSync(folder, { recursive: true, force: true })
}
end()

async function run(daemon: DaemonChild): Promise<void> {
  const token = readFileSync(join(daemon.dataDir, '.http.token'), 'utf8')
  const world: World = { daemon, token, folder: files }
  const canaries = await plantCanaries(daemon)
  const before = processUse(daemon.pid)
  const memory = watchMemory(daemon.pid)
  await tryEverything(world)
  if (values.target === undefined) {
    for (const { name, run } of rudenesses) {
      await run(daemon, token).then(
        (seen) => judge(true, `${name}: ${seen}`),
        (error) => judge(false, `${name}: ${error.stack}`),
      )
    }
  }
  const { peakMib, samples } = memory.end()
  await lookAfterwards(daemon, canaries, before.files)
  figure(`memory ${before.rssMib.toFixed(0)} MiB before, ${peakMib.toFixed(0)} at most`)
  judge(
    peakMib <= rssMibMax,
    `memory: ${before.rssMib.toFixed(0)} MiB before, ${peakMib.toFixed(0)} MiB at most (${samples} looks; bound ${rssMibMax})`,
  )
  const errors = errorsLogged.length
  judge(errors === 0, `errors in the daemon's log: ${errors} ${errorsLogged[0] ?? ''}`)
}

async function tryEverything(world: World): Promise<void> {
  const startedAt = performance.now()
  let tried = 0
  const counts = await Promise.all(
    targets.map(async (target) => {
      const { name, share, inputsPerBatch } = target
      const batches = Math.max(1, Math.round((inputs * share) / shares / inputsPerBatch))
      const numbers =
        values.batch === undefined
          ? Array.from({ length: batches }, (_, index) => index)
          : [Number(values.batch)]
      const findings: string[] = []
      let own = 0
      const ownStart = performance.now()
      const waiting = numbers.values()
      const work = async (): Promise<void> => {
        for (const batch of waiting) {
          if (findings.length >= findingsMax || !world.daemon.isRunning()) return
          const { given, found } = await tryOne(target, world, batch)
          findings.push(...found.map((finding) => told(name, batch, finding)))
          own += given.length
          tried += given.length
          // Targets that never wait would keep the others from their turn.
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      await Promise.all(Array.from({ length: target.batchesAtOnce ?? 1 }, work))
      return { name, own, findings, ms: performance.now() - ownStart }
    }),
  )
  const seconds = (performance.now() - startedAt) / 1_000
  const found = counts.reduce((sum, { findings }) => sum + findings.length, 0)
  figure(`${tried} inputs, ${(tried / seconds).toFixed(0)} a second, ${found} findings`)
  for (const { name, own, findings, ms } of counts) {
    judge(
      findings.length === 0,
      `${name}: ${own} inputs, ${findings.length} findings (${(ms / 1_000).toFixed(0)} s)`,
    )
    for (const finding of findings) say(finding)
  }
  judge(
    world.daemon.isRunning(),
    `${tried} inputs in ${seconds.toFixed(0)} s, ${(tried / seconds).toFixed(0)} a second`,
  )
}

/** A batch that cannot even be made is a finding too, and no reason to give up all others. */
async function tryOne(target: Target, world: World, batch: number) {
  let given: readonly Buffer[] = []
  try {
    given = inputsOf(target, seed, batch)
    return { given, found: await target.tryBatch(world, given) }
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { given, found: [{ what, input: Buffer.concat(given) }] }
  }
}

function told(target: string, batch: number, { what, input }: Finding): string {
  const file = join(tmpdir(), `iai-fuzz-finding-${target.replaceAll(' ', '-')}-${batch}.bin`)
  writeFileSync(file, input)
  return `        ${what}\n        the input is in ${file}; again with --seed ${seed} --target '${target}' --batch ${batch}`
}

function watchMemory(pid: number): { end(): { peakMib: number; samples: number } } {
  let peakMib = 0
  let samples = 0
  const timer = setInterval(() => {
    try {
      peakMib = Math.max(peakMib, processUse(pid).rssMib)
      samples += 1
    } catch {
      clearInterval(timer) // the process has ended, which is found out elsewhere
    }
  }, lookEveryMs)
  return {
    end() {
      clearInterval(timer)
      return { peakMib, samples }
    },
  }
}

async function lookAfterwards(daemon: DaemonChild, canaries: Canaries, filesBefore: number): Promise<void> {
  if (!daemon.isRunning()) {
    judge(false, `the daemon died:\n${daemon.errors()}`)
    return
  }
  await politely(daemon)
  const wrong = await canaries.look()
  judge(
    wrong.length === 0,
    `what was stored before is there and found: ${canaries.count} memories ${wrong.join('; ')}`,
  )
  const { files } = processUse(daemon.pid)
  judge(files <= filesBefore + filesMoreMax, `file descriptors: ${filesBefore} before, ${files} after`)
  const { code } = await daemon.stop()
  judge(code === 0, `it stopped with ${code}`)
  const damage = inspectStore(daemon.dataDir, { gone: new Set(), deep: true })
  judge(damage.length === 0, `the store is sound, its index is that of its rows ${damage.join('; ')}`)
}
