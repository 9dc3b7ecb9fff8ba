// `npm run soak [-- --minutes M --seed S]`: one daemon under a mixed load for M minutes: captures, recalls, contexts,
// consolidations, forgetting, MCP, clients that come and go. As much is forgotten as is captured, so whatever grows is
// not the data. Prints what the process holds every 30 s; fails when that grows, when anything is answered wrongly, or
// when a process is left at the end.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seededRandom } from '../../bench/load/invented-history.ts'
import {
  childProcesses,
  type DaemonChild,
  type ProcessUse,
  processUse,
  startDaemonChild,
} from '../support/daemon-child.ts'
import { machine, npmCommand, tableRow } from '../support/figures.ts'
import { type Load, startLoad } from './load.ts'
import { slopeOf } from './slope.ts'

/** Growth of resident memory after the warm-up, MiB a minute. */
const rssSlopeMibMax = 0.5
/** What garbage collection moves up and down; weighs on short runs only. */
const rssNoiseMib = 12
/** Descriptors and threads at the end, more than after the warm-up. */
const handlesMoreMax = 10
const warmUpShare = 0.3
const lookEveryMs = 2_000
const printEveryMs = 30_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
})
const minutes = Number(values.minutes)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
let failed = 0
let passed = 0

function judge(isRight: boolean, what: string): void {
  say(`${isRight ? 'ok    ' : 'FAILED'}  ${what}`)
  if (isRight) passed += 1
  else failed += 1
}

interface Look extends ProcessUse {
  readonly minute: number
}

const startedAt = performance.now()
const figures: string[] = []
say(`soak: ${minutes} min, seed ${values.seed}; ${machine()}`)
const home = mkdtempSync(join(tmpdir(), 'iai-soak-'))
const daemon = await startDaemonChild({ dataDir: join(home, 'data') })
try {
  await soak(daemon)
} finally {
  if (daemon.isRunning()) await daemon.stop()
  rmSync(home, { recursive: true, force: true })
}
say(
  tableRow({
    command: npmCommand('soak'),
    result: figures.join('; '),
    failed,
    ms: performance.now() - startedAt,
  }),
)
say(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

async function soak(daemon: DaemonChild): Promise<void> {
  const token = readFileSync(join(daemon.dataDir, '.http.token'), 'utf8')
  const load = startLoad({ daemon, token, random: seededRandom(Number(values.seed)) })
  const looks = await watch(load)
  const { asked, wrong } = await load.end()
  const total = [...asked.values()].reduce((sum, times) => sum + times, 0)
  figures.push(`${total} calls, ${wrong.length} answered wrongly`)
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
    const look = { minute, ...processUse(daemon.pid) }
    looks.push(look)
    if (performance.now() >= printAt) {
      const { rssMib, files, threads } = look
      const mib = rssMib.toFixed(0).padStart(4)
      say(
        `${minute.toFixed(1).padStart(5)} min  ${mib} MiB  ${files} descriptors  ${threads} threads  ${load.calls()} calls  ${'#'.repeat(Math.round(rssMib / 8))}`,
      )
      printAt += printEveryMs
    }
    await sleep(lookEveryMs)
  }
  return looks
}

function judgeLooks(looks: readonly Look[]): void {
  const warm = looks.filter(({ minute }) => minute >= minutes * warmUpShare)
  const [first] = warm
  const last = warm.at(-1)
  if (first === undefined || last === undefined || first === last) {
    judge(false, 'it ran too short to say anything; ask for more minutes')
    return
  }
  const slope = slopeOf(warm.map(({ minute, rssMib }) => [minute, rssMib]))
  const bound = rssSlopeMibMax + rssNoiseMib / (last.minute - first.minute)
  const peak = Math.max(...looks.map(({ rssMib }) => rssMib))
  figures.push(
    `${slope.toFixed(2)} MiB a minute after the warm-up, ${peak.toFixed(0)} MiB at most, ${last.files} descriptors, ${last.threads} threads`,
  )
  judge(
    slope <= bound,
    `memory after the warm-up grows by ${slope.toFixed(2)} MiB a minute (bound ${bound.toFixed(2)}); ${first.rssMib.toFixed(0)} MiB then, ${last.rssMib.toFixed(0)} at the end, ${peak.toFixed(0)} at most`,
  )
  for (const name of ['files', 'threads'] as const) {
    const atMost = Math.max(...warm.slice(0, Math.ceil(warm.length / 3)).map((look) => look[name]))
    const end = Math.max(...warm.slice(-Math.ceil(warm.length / 3)).map((look) => look[name]))
    judge(
      end <= atMost + handlesMoreMax,
      `${name === 'files' ? 'descriptors' : 'threads'}: at most ${atMost} after the warm-up, ${end} towards the end`,
    )
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
