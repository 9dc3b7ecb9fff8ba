// `npm run bench:import [-- --size 1G --seed 1 --read-only]`: writes an invented Claude Code history into a home of its own
// and runs `iai-mcp import` there as a user would: a dry run, an import into a real daemon with vectors, and one more.
// Prints rates, processor time and peak memory of both processes. Counts on Linux, from /proc.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { connectDaemon } from '../../packages/client/src/socket-client.ts'
import { type BenchDaemon, startBenchDaemon } from '../support/bench-daemon.ts'
import { vectorsReady } from '../support/vectors-ready.ts'
import { type CommandUse, runWatched } from '../support/watched-command.ts'
import { writeInventedTranscripts } from './invented-transcripts.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1G' },
    seed: { type: 'string', default: '1' },
    'read-only': { type: 'boolean', default: false },
  },
})

/** What `iai-mcp import --json` prints, as far as it is shown here. */
interface Report {
  readonly turns: number
  readonly ms: number
  readonly stored: { readonly inserted: number; readonly skipped: number }
}

const bytesOfUnit = { '': 1, K: 1e3, M: 1e6, G: 1e9 } as const

function bytesOf(size: string): number {
  const [, figure, unit] = /^(\d+(?:\.\d+)?)([KMG]?)$/.exec(size) ?? []
  if (figure === undefined)
    throw new Error(`--size ${size}: expected a number with K, M or G, as in 1G or 500M`)
  return Number(figure) * bytesOfUnit[unit as keyof typeof bytesOfUnit]
}

async function importOnce(what: string, home: string, bytes: number, ...options: string[]): Promise<void> {
  const env = { HOME: home, PATH: process.env.PATH ?? '' }
  const { printed, use } = await runWatched(['import', 'claude-code', '--json', ...options], env)
  const { turns, ms, stored } = JSON.parse(printed) as Report
  const seconds = ms / 1_000
  const rates = `${Math.round(turns / seconds).toLocaleString('en')} turns/s, ${Math.round(bytes / 1e6 / seconds)} MB/s`
  const outcome = `${stored.inserted} new, ${stored.skipped} already there`
  console.log(`${what}: ${turns} turns in ${seconds.toFixed(1)} s, ${rates}; ${outcome}`)
  console.log(`  the importer: ${useWords(use)}`)
}

const useWords = ({ peakMb, cpuSeconds }: CommandUse): string =>
  `peak ${peakMb} MB, ${cpuSeconds.toFixed(1)} s of processor time`

async function whileWatched(daemon: BenchDaemon, work: () => Promise<unknown>): Promise<void> {
  const before = daemon.cpuSeconds()
  await work()
  const use = { peakMb: daemon.peakMb(), cpuSeconds: daemon.cpuSeconds() - before }
  console.log(`  the daemon: ${useWords(use)}, now ${daemon.rssMb()} MB`)
}

/** Embedding gives way to capturing, so most of it is done afterwards. */
async function embedTheRest({ socketPath }: BenchDaemon): Promise<void> {
  const startedAt = performance.now()
  const client = await connectDaemon(socketPath)
  try {
    const vectors = await vectorsReady(client)
    const seconds = (performance.now() - startedAt) / 1_000
    console.log(`all vectors: ${vectors} passages, ${seconds.toFixed(1)} s after the import`)
  } finally {
    client.close()
  }
}

const home = mkdtempSync(join(tmpdir(), 'bench-import-'))
let daemon: BenchDaemon | null = null
try {
  const history = await writeInventedTranscripts(join(home, '.claude/projects'), {
    bytes: bytesOf(values.size),
    seed: Number(values.seed),
  })
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`)
  console.log(`${(history.bytes / 1e9).toFixed(2)} GB, ${history.files} transcripts, ${history.turns} turns`)
  await importOnce('dry run', home, history.bytes, '--dry-run')
  if (!values['read-only']) {
    const filled = await startBenchDaemon()
    daemon = filled
    const into = ['--data-dir', filled.dataDir]
    await whileWatched(filled, () => importOnce('into a daemon', home, history.bytes, ...into))
    await whileWatched(filled, () => embedTheRest(filled))
    await whileWatched(filled, () => importOnce('once more', home, history.bytes, ...into))
    rmSync(join(filled.dataDir, '.import-marks.jsonl'))
    await whileWatched(filled, () => importOnce('once more, marks lost', home, history.bytes, ...into))
    console.log(`${filled.dataMb()} MB of data`)
  }
} finally {
  await daemon?.remove()
  rmSync(home, { recursive: true, force: true })
}
