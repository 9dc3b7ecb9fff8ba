// `npm run bench:updates -- --data FILE...`: of what somebody said and later said differently, does the newest come first?
// Asks the knowledge-update questions of LongMemEval and BEAM through a real daemon, and compares the ranks of their
// evidence. With --one-session all that was said is laid into one session, as of a day's work that never pauses.
import { writeSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { type BenchTarget, daemonTarget, fts5Target } from '../recall/bench-target.ts'
import type { BenchQuery, BenchStore } from '../recall/dataset.ts'
import { readStores } from '../recall/read-datasets.ts'
import { asOneSession } from './one-session.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string', multiple: true, default: [] },
    'one-session': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})
if (values.data.length === 0) {
  writeSync(2, 'npm run bench:updates -- --data FILE [--data FILE...] [--one-session] [--verbose]\n')
  process.exit(2)
}

/** Some of them ask for the older value in words; these are counted like the others, and shown apart. */
const asksForEarlier = /\b(?:initially|originally|previous(?:ly)?|before|first|used to|just started)\b/i

interface Ranks {
  readonly dataset: string
  readonly question: string
  /** From 1; null when it was not among the hits. */
  readonly newest: number | null
  readonly older: number | null
}

const targets = [fts5Target(), await daemonTarget('iai-mcp', {}, { consolidates: true })]
const found = new Map<string, Ranks[]>(targets.map(({ name }) => [name, []]))
try {
  for (const file of values.data) {
    const dataset = basename(file).replace(/\.(?:jsonl?|gz)\b/g, '')
    for await (const read of readStores(file)) {
      const store = values['one-session'] ? asOneSession(read) : read
      const queries = store.queries.filter((query) => isUpdate(query, store))
      for (const target of queries.length === 0 ? [] : targets) {
        found.get(target.name)?.push(...(await ranksIn(target, store, queries, dataset)))
      }
    }
  }
} finally {
  for (const target of targets) await target.close()
}
print()

/** Evidence was said at two times at least, so there is something older to be put behind. */
function isUpdate({ type, abstain, goldTurns }: BenchQuery, { turns }: BenchStore): boolean {
  const times = new Set(turns.filter(({ id }) => goldTurns.includes(id)).map(({ ts }) => ts))
  return /^knowledge.update$/.test(type) && !abstain && times.size > 1
}

async function ranksIn(
  target: BenchTarget,
  store: BenchStore,
  queries: readonly BenchQuery[],
  dataset: string,
): Promise<Ranks[]> {
  const opened = await target.open(store, `updates-${dataset}`)
  const ranks: Ranks[] = []
  for (const query of queries) {
    const { turns } = await opened.ask(query)
    const gold = store.turns.filter(({ id }) => query.goldTurns.includes(id))
    const newestAt = Math.max(...gold.map(({ ts }) => ts))
    const best = (isNewest: boolean): number | null => {
      const places = gold
        .filter(({ ts }) => (ts === newestAt) === isNewest)
        .flatMap(({ id }) => (turns.includes(id) ? [turns.indexOf(id) + 1] : []))
      return places.length === 0 ? null : Math.min(...places)
    }
    ranks.push({ dataset, question: query.text, newest: best(true), older: best(false) })
  }
  opened.close()
  return ranks
}

function isNewestFirst({ newest, older }: Ranks): boolean {
  return newest !== null && newest < (older ?? Number.POSITIVE_INFINITY)
}

function print(): void {
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, ${process.platform} ${release()}`,
  )
  console.log('| data | questions | system | n | newest above the older | newest among the first 5 |')
  console.log('| --- | --- | --- | ---: | ---: | ---: |')
  for (const [system, all] of found) {
    for (const [dataset, ranks] of Map.groupBy(all, (each) => each.dataset)) {
      const earlier = ranks.filter(({ question }) => asksForEarlier.test(question))
      printRow(dataset, 'all', system, ranks)
      if (earlier.length > 0) printRow(dataset, 'for what held before', system, earlier)
      if (values.verbose) for (const each of ranks.filter((other) => !isNewestFirst(other))) printMiss(each)
    }
  }
}

function printRow(dataset: string, questions: string, system: string, ranks: readonly Ranks[]): void {
  const share = (held: (each: Ranks) => boolean): string =>
    `${((ranks.filter(held).length / ranks.length) * 100).toFixed(1)} %`
  const amongFirst = share(({ newest }) => newest !== null && newest <= 5)
  const cells = [dataset, questions, system, ranks.length, share(isNewestFirst), amongFirst]
  console.log(`| ${cells.join(' | ')} |`)
}

function printMiss({ question, newest, older }: Ranks): void {
  console.log(`|   | ${question} |  |  | newest ${newest ?? '–'}, older ${older ?? '–'} |  |`)
}
