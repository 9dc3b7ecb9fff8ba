// `npm run soak [-- --minutes M --seed S --leak-bytes N --out file]`: one daemon under a mixed load for M minutes. As much
// is forgotten as is captured, so whatever grows is not the data. Prints what the process holds every 30 s; fails when
// that grows, when anything is answered wrongly, or when a process is left at the end. With --leak-bytes the daemon leaks,
// and the run fails when that is not seen.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { seededRandom } from '../../bench/load/invented-history.ts'
import { childProcesses, type DaemonChild, processUse, startDaemonChild } from '../support/daemon-child.ts'
import { startSuite } from '../support/suite.ts'
import { type Holdings, holdingsOf, reportingArgs } from './holdings.ts'
import { growthOf, handleVerdicts, type Look, memoryVerdict } from './judging.ts'
import { type Load, startLoad } from './load.ts'

const lookEveryMs = 2_000
const printEveryMs = 30_000
const leakPreload = fileURLToPath(new URL('./leak-preload.mjs', import.meta.url))

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
    'leak-bytes': { type: 'string', default: '0' },
  },
})
const minutes = Number(values.minutes)
const leakBytes = Number(values['leak-bytes'])
const { say, judge, figure, end } = startSuite('soak', `soak: ${minutes} min, seed ${values.seed}`)
const home = mkdtempSync(join(tmpdir(), 'iai-soak-'))
const reports = join(home, 'reports')
const daemon = await startDaemonChild({
  dataDir: join(home, 'data'),
  nodeArgs: [...reportingArgs(reports), ...(leakBytes > 0 ? ['--import', leakPreload] : [])],
  env: leakBytes > 0 ? { IAI_SOAK_LEAK_BYTES: String(leakBytes) } : {},
})
try {
  await soak(daemon)
} finally {
  if (daemon.isRunning()) await daemon.stop()
  rmSync(home, { recursive: true, force: true })
}
end()

async function soak(daemon: DaemonChild): Promise<void> {
  const token = readFileSync(join(daemon.dataDir, '.http.token'), 'utf8')
  const load = startLoad({ daemon, token, random: seededRandom(Number(values.seed)) })
  const looks = await watch(load)
  const { asked, wrong } = await load.end()
  const total = [...asked.values()].reduce((sum, times) => sum + times, 0)
  figure(`${total} calls, ${wrong.length} answered wrongly`)
  const kinds = [...asked].map(([kind, times]) => `${kind} ${times}`).join(', ')
  judge(wrong.length === 0, `${total} calls (${kinds}), ${wrong.length} answered wrongly ${wrong[0] ?? ''}`)
  judgeLooks(looks)
  const children = daemon.isRunning() ? childProcesses(daemon.pid) : []
  judge(children.length === 0, `one process: ${children.length} children while it ran`)
  const { code } = await daemon.stop()
  judge(code === 0 && !exists(daemon.pid), `it stopped with ${code}, and nothing is left running`)
  if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(looks))
}

async function watch(load: Load): Promise<readonly Look[]> {
  const looks: Look[] = []
  const startedAt = performance.now()
  const endAt = startedAt + minutes * 60_000
  let printAt = startedAt
  while (performance.now() < endAt && daemon.isRunning()) {
    const minute = (performance.now() - startedAt) / 60_000
    const look = { minute, calls: load.calls(), ...processUse(daemon.pid) }
    looks.push(look)
    if (performance.now() >= printAt) {
      say(lineOf(look, await holdingsOf(daemon.pid, reports)))
      printAt += printEveryMs
    }
    await sleep(lookEveryMs)
  }
  return looks
}

function lineOf({ minute, rssMib, files, threads, calls }: Look, holdings: Holdings | null): string {
  const whole = (mib: number): string => mib.toFixed(0).padStart(3)
  const heaps = holdings?.heaps.map(({ committedMib }) => whole(committedMib)).join('+') ?? '-'
  const parts = [
    `${minute.toFixed(1).padStart(5)} min`,
    `${whole(rssMib)} MiB`,
    `${whole(holdings?.mappedMib ?? 0)} mapped`,
    `heaps ${heaps}`,
    `${files} descriptors`,
    `${threads} threads`,
    `${calls} calls`,
  ]
  return `${parts.join('  ')}  ${'#'.repeat(Math.round(rssMib / 8))}`
}

function judgeLooks(looks: readonly Look[]): void {
  const growth = growthOf(looks)
  const { isRight, what } = memoryVerdict(growth)
  if (leakBytes > 0) judge(!isRight, `a leak of ${leakBytes} bytes an answer was planted: ${what}`)
  else judge(isRight, what)
  const last = looks.at(-1)
  const peak = Math.max(...looks.map(({ rssMib }) => rssMib))
  if (growth !== null && last !== undefined)
    figure(
      `${growth.bytesPerCall.toFixed(0)} bytes a call after the warm-up (${growth.mibPerMinute.toFixed(2)} MiB a minute), ${peak.toFixed(0)} MiB at most, ${last.files} descriptors, ${last.threads} threads`,
    )
  for (const verdict of handleVerdicts(looks)) judge(verdict.isRight, verdict.what)
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
