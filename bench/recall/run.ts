// `npm run bench:recall -- --data FILE... [--out FILE] [--compare fts5,lexical,hybrid]`: pours public recall benchmarks
// into a real daemon, asks their questions, and prints how often what was said is found, beside plain full-text search.
import { writeSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { type BenchTarget, daemonTarget, fts5Target } from './bench-target.ts'
import type { BenchQuery, BenchStore } from './dataset.ts'
import { type Outcome, openProgress, outcomeElsewhere, outcomeOf } from './outcomes.ts'
import { readStores } from './read-datasets.ts'
import { summarise, tablesOf } from './report.ts'

const usage =
  'npm run bench:recall -- --data FILE [--data FILE...] [--out FILE] [--compare fts5,lexical,hybrid|none]'
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', multiple: true, default: [] },
    out: { type: 'string' },
    compare: { type: 'string', default: 'fts5' },
  },
})
const files = [...values.data, ...positionals]
const comparisons: Readonly<Record<string, () => BenchTarget | Promise<BenchTarget>>> = {
  fts5: fts5Target,
  lexical: () => daemonTarget('lexical', { IAI_MCP_EMBEDDING: 'off' }),
  hybrid: () => daemonTarget('hybrid', { IAI_MCP_EMBEDDING: 'builtin' }),
}
/** The daemon as it comes, unless it is among what is compared. */
const isDaemon = (name: string) => name === 'lexical' || name === 'hybrid'
const compared = values.compare.split(',').filter((name) => name !== 'none' && name !== '')
const unknown = compared.filter((name) => !(name in comparisons))
if (files.length === 0 || unknown.length > 0) {
  writeSync(2, `${usage}\n${unknown.length > 0 ? `unknown to compare with: ${unknown.join(', ')}\n` : ''}`)
  process.exit(2)
}

const targets: BenchTarget[] = []
for (const name of compared) targets.push((await comparisons[name]?.()) as BenchTarget)
if (!compared.some(isDaemon)) targets.push(await daemonTarget())
const progress = openProgress(values.out, JSON.stringify({ form: 4, files, compared }))
const outcomes: Outcome[] = [...progress.earlier]
/** Of the store read before, whatever file it was in. */
let queriesBefore: readonly BenchQuery[] = []
let isInterrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The store under way is finished and noted, and the daemon is not left behind.
  process.once(signal, () => {
    isInterrupted = true
  })
}
try {
  for (const file of files) await measure(file)
} catch (error) {
  // A terminal interrupts the daemon too.
  if (!isInterrupted) throw error
} finally {
  for (const target of targets) await target.close()
}
if (isInterrupted) {
  showProgress('')
  writeSync(2, values.out === undefined ? 'stopped\n' : 'stopped; the same command goes on from here\n')
  process.exit(130)
}
const summaries = summarise(outcomes)
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, ${process.platform} ${release()}`
const rates = targets.flatMap((target) => {
  const rate = target.captureRate()
  return rate === null || Number.isNaN(rate)
    ? []
    : `${target.name}: ${Math.round(rate)} turns captured a second`
})
showProgress('')
console.log(`${machine}\n${rates.join('\n')}\n\n${tablesOf(summaries)}`)
progress.finish({ machine, summaries, outcomes })

async function measure(file: string): Promise<void> {
  const dataset = basename(file).replace(/\.(?:jsonl?|gz)\b/g, '')
  let stores = 0
  for await (const store of readStores(file)) {
    if (isInterrupted) return
    stores += 1
    const foreign = queriesBefore
    queriesBefore = store.queries
    if (progress.isDone(dataset, store.name)) continue
    showProgress(`${dataset}: store ${stores} (${store.name}), ${outcomes.length} answers so far`)
    const asked = targets.map((target) => ask(target, store, foreign, dataset))
    const found = (await Promise.all(asked)).flat()
    progress.add(found)
    outcomes.push(...found)
  }
}

/** Asks what the store is asked, and `foreign` questions, to which it has no answer. */
async function ask(
  target: BenchTarget,
  store: BenchStore,
  foreign: readonly BenchQuery[],
  dataset: string,
): Promise<Outcome[]> {
  const opened = await target.open(store, dataset)
  const where = { dataset, store: store.name, system: target.name }
  const found: Outcome[] = []
  for (const query of store.queries) {
    found.push(outcomeOf(where, query, await opened.ask(query), store))
  }
  for (const query of foreign) found.push(outcomeElsewhere(where, query, await opened.ask(query)))
  opened.close()
  return found
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}
