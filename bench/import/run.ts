// `npm run bench:import [-- --bytes 1000000000 --seed 1 --read-only]`: writes an invented Claude Code history and prints
// how fast it is read, how fast it is stored by a real daemon, and the peak memory of both processes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type BenchDaemon, startBenchDaemon } from '../support/bench-daemon.ts'
import { writeInventedTranscripts } from './invented-transcripts.ts'

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '1000000000' },
    seed: { type: 'string', default: '1' },
    'read-only': { type: 'boolean', default: false },
  },
})

interface Outcome {
  readonly turns: number
  readonly stored: { readonly inserted: number; readonly skipped: number }
  readonly ms: number
  readonly peakMb: number
}

/** As bin/iai-mcp.js runs an import. */
const leanFlags = ['--max-semi-space-size=8', '--max-old-space-size=512']

async function importOnce(projectsFolder: string, target: string): Promise<Outcome> {
  const script = fileURLToPath(new URL('import-once.ts', import.meta.url))
  const child = spawn(process.execPath, [...leanFlags, script, projectsFolder, target], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
  })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the import ended with code ${code}`)
  return JSON.parse(printed) as Outcome
}

function print(what: string, { turns, stored, ms, peakMb }: Outcome, bytes: number): void {
  const seconds = ms / 1_000
  const rates = `${Math.round(turns / seconds).toLocaleString('en')} turns/s, ${Math.round(bytes / 1e6 / seconds)} MB/s`
  const outcome = `${stored.inserted} new, ${stored.skipped} already there`
  console.log(
    `${what}: ${turns} turns in ${seconds.toFixed(1)} s, ${rates}, peak of the importer ${peakMb} MB, ${outcome}`,
  )
}

const folder = mkdtempSync(join(tmpdir(), 'bench-import-'))
let daemon: BenchDaemon | null = null
try {
  const history = await writeInventedTranscripts(folder, {
    bytes: Number(values.bytes),
    seed: Number(values.seed),
  })
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`)
  console.log(`${(history.bytes / 1e9).toFixed(2)} GB, ${history.files} transcripts, ${history.turns} turns`)
  print('read only', await importOnce(folder, 'count'), history.bytes)
  if (!values['read-only']) {
    daemon = await startBenchDaemon()
    print('into a daemon', await importOnce(folder, daemon.socketPath), history.bytes)
    const memory = () => `the daemon: peak ${daemon?.peakMb()} MB, now ${daemon?.rssMb()} MB of memory`
    console.log(`${memory()}, ${daemon.dataMb()} MB of data`)
    print('once more', await importOnce(folder, daemon.socketPath), history.bytes)
    console.log(memory())
  }
} finally {
  await daemon?.remove()
  rmSync(folder, { recursive: true, force: true })
}
