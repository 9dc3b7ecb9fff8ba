// node bench/embedding/run.ts --texts FILE [--rows 100000,1000000]: what the built-in embedding and the vector index
// cost, on texts of the caller's own (JSON lines with `paragraphs` or `turns`, gzipped or not). Prints; keeps nothing.
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { builtinModelFile } from '../../packages/daemon/src/embedding/builtin/builtin-embedder.ts'
import { decodeModel } from '../../packages/daemon/src/embedding/builtin/model-file.ts'
import { WordVectors } from '../../packages/daemon/src/embedding/builtin/word-vectors.ts'
import { codeBitsOf, codeOf, quantise, spread } from '../../packages/daemon/src/embedding/codes.ts'
import { isZeroRow } from '../../packages/daemon/src/embedding/embedder.ts'
import { startCodeSearch } from '../../packages/daemon/src/embedding/index/code-search.ts'
import { CodeTable } from '../../packages/daemon/src/embedding/index/code-table.ts'
import { dotOfRows, dotWithRow } from '../../packages/daemon/src/embedding/rescoring.ts'
import { createVectorIndex } from '../../packages/daemon/src/embedding/vector-index.ts'
import { limits } from '../../packages/daemon/src/kit/limits.ts'
import { candidateLimits } from '../../packages/daemon/src/recall/candidates.ts'
import { jsonLines } from '../support/json-lines.ts'
import { spreadOf } from '../support/spread.ts'

const questions = 200
const hitsWanted = 10
/** Of so many nearest by code the rows decide, as in a recall. */
const rescored = candidateLimits.meaningTurnsMax
const textCharsMin = 40
const throughputWords = 100
const projects = 20

const { values } = parseArgs({
  options: { texts: { type: 'string' }, rows: { type: 'string', default: '100000' } },
})
if (values.texts === undefined) throw new Error('say which texts: --texts FILE')

const model = measureLoading(await readFile(builtinModelFile))
measureThroughput(await take(values.texts, 20_000))
for (const rows of values.rows.split(',').map(Number)) await measureIndex(values.texts, rows)

function measureLoading(bytes: Uint8Array): WordVectors {
  const load = () => new WordVectors(decodeModel(bytes))
  const first = timed(load)
  const second = timed(load)
  process.stdout.write(`model ${bytes.length} bytes; first load ${ms(first)}, then ${ms(second)}\n`)
  return load()
}

function measureThroughput(texts: readonly string[]): void {
  const words = texts.flatMap((text) => text.split(/\s+/))
  const cut: string[] = []
  for (let at = 0; at + throughputWords <= words.length; at += throughputWords) {
    cut.push(words.slice(at, at + throughputWords).join(' '))
  }
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  for (const text of cut) model.embed(text)
  const wallSeconds = (performance.now() - startedAt) / 1000
  const spent = process.cpuUsage(cpu)
  const cpuSeconds = (spent.user + spent.system) / 1_000_000
  const perSecond = (seconds: number) => Math.round(cut.length / seconds)
  process.stdout.write(
    `${cut.length} texts of ${throughputWords} words: ${perSecond(wallSeconds)} a second, ${perSecond(cpuSeconds)} a CPU second\n`,
  )
}

async function measureIndex(path: string, rowsMax: number): Promise<void> {
  const vectors = await embedAll(path, rowsMax)
  const { dimensions } = vectors
  const rows = Array.from({ length: vectors.count }, (_, id) => quantise(vectors.at(id)))
  const rowAt = (id: number) => rows[id] as Int8Array
  const bits = codeBitsOf(dimensions)
  const table = new CodeTable(bits)
  const codes = startCodeSearch(bits)
  const index = createVectorIndex(dimensions, codes)
  for (let id = 0; id < vectors.count; id++) {
    const code = codeOf(rowAt(id))
    table.add({ id, project: `p${id % projects}`, code })
    await codes.addBatch({ project: `p${id % projects}`, ids: [id], codes: code })
  }
  const asked = Array.from({ length: questions }, (_, i) =>
    vectors.at(Math.floor((i * vectors.count) / questions)),
  )
  const options = {
    wanted: rescored,
    scanned: rescored * limits.vectorCodesPerHit,
    projects: null,
  }
  const report = (what: string, times: number[]) =>
    process.stdout.write(
      `${vectors.count} rows, ${what}: p50 ${ms(spreadOf(times).p50)}, p95 ${ms(spreadOf(times).p95)}\n`,
    )
  const scan = (vector: Float32Array) => table.search(spread(vector), options)
  report(
    'scan and refine, warm-up',
    asked.map((vector) => timed(() => scan(vector))),
  )
  report(
    'scan and refine',
    asked.map((vector) => timed(() => scan(vector))),
  )
  const one = { ...options, projects: ['p3'] }
  report(
    'scan and refine, one project',
    asked.map((vector) => timed(() => table.search(spread(vector), one))),
  )
  const through: number[] = []
  let found = 0
  for (const vector of asked) {
    const startedAt = performance.now()
    const ids = await index.search(vector, { limit: rescored, projects: null })
    const hits = ids
      .map((id) => ({
        id,
        cosine: dotWithRow(vector, rowAt(id)) / Math.sqrt(dotOfRows(rowAt(id), rowAt(id))),
      }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, hitsWanted)
    through.push(performance.now() - startedAt)
    const floor = vectors.nearest(vector, hitsWanted) - 1e-3
    found += hits.filter(({ id }) => dot(vector, vectors.at(id)) >= floor).length
  }
  report('search through the thread, rows from memory', through)
  process.stdout.write(
    `recall@${hitsWanted} against exact ${(found / (questions * hitsWanted)).toFixed(4)}; ${(table.bytes / vectors.count).toFixed(1)} bytes a row\n`,
  )
  await index.close()
}

interface Vectors {
  readonly count: number
  readonly dimensions: number
  at(id: number): Float32Array
  /** Cosine of the `rank`-th nearest row. */
  nearest(vector: Float32Array, rank: number): number
}

async function embedAll(path: string, rowsMax: number): Promise<Vectors> {
  const dimensions = model.embed('width').length
  const all = new Float32Array(rowsMax * dimensions)
  let count = 0
  for await (const text of textsOf(path)) {
    if (count === rowsMax) break
    const vector = model.embed(text)
    if (isZeroRow(vector)) continue
    all.set(vector, count++ * dimensions)
  }
  const at = (id: number) => all.subarray(id * dimensions, (id + 1) * dimensions)
  return {
    count,
    dimensions,
    at,
    nearest(vector, rank) {
      const cosines = new Float32Array(count)
      for (let id = 0; id < count; id++) cosines[id] = dot(vector, at(id))
      return cosines.sort().at(-rank) as number
    },
  }
}

async function* textsOf(path: string): AsyncGenerator<string> {
  for await (const line of jsonLines(path)) {
    const { paragraphs, turns } = line as { paragraphs?: string[]; turns?: { text: string }[] }
    const texts = paragraphs ?? turns?.map(({ text }) => text) ?? []
    for (const text of texts) if (text.length >= textCharsMin) yield text
  }
}

async function take(path: string, count: number): Promise<string[]> {
  const texts: string[] = []
  for await (const text of textsOf(path)) if (texts.push(text) === count) break
  return texts
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number)
  return sum
}

function timed(run: () => unknown): number {
  const startedAt = performance.now()
  run()
  return performance.now() - startedAt
}

function ms(value: number | undefined): string {
  return `${(value ?? Number.NaN).toFixed(2)} ms`
}
