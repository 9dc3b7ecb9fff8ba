// `npm run bench:front:links -- FILE...`: whether links between memories would improve recall. Rankings of the real daemon,
// words alone, are fused by rank with one step along a link: turns of the same exchange, and turns that earlier questions
// of the same store brought back together. For the latter the first half of a store's questions is what was asked before.
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { daemonTarget } from '../recall/bench-target.ts'
import type { BenchQuery, BenchStore, BenchTurn } from '../recall/dataset.ts'
import { evaluateRanking } from '../recall/metrics.ts'
import { readStores } from '../recall/read-datasets.ts'

/** Weights of what a turn is linked with, by its id. */
type Links = ReadonlyMap<string, ReadonlyMap<string, number>>

const { positionals: files } = parseArgs({ allowPositionals: true })
const weights = [0.1, 0.3] as const
/** How many of an answer count as brought back together, and how many hand on their weight. */
const togetherMax = 5
const spreadingMax = 20
const rankOffset = 10

for (const file of files) {
  const sums = new Map<string, { any5: number; ndcg: number; n: number }>()
  const target = await daemonTarget('lexical', { IAI_MCP_EMBEDDING: 'off' })
  try {
    for await (const store of readStores(file)) await measure(store)
  } finally {
    await target.close()
  }
  console.log(`\n| ${basename(file)} | questions | any@5 | NDCG@10 |\n| --- | ---: | ---: | ---: |`)
  for (const [name, { any5, ndcg, n }] of sums)
    console.log(`| ${name} | ${n} | ${((100 * any5) / n).toFixed(1)} | ${((100 * ndcg) / n).toFixed(1)} |`)

  async function measure(store: BenchStore): Promise<void> {
    const opened = await target.open(store, basename(file))
    const asked: { query: BenchQuery; turns: readonly string[] }[] = []
    for (const query of store.queries) {
      if (query.goldTurns.length > 0) asked.push({ query, turns: (await opened.ask(query)).turns })
    }
    opened.close()
    const exchange = exchangeLinks(store.turns)
    const half = Math.ceil(asked.length / 2)
    const together = togetherLinks(asked.slice(0, half).map(({ turns }) => turns))
    for (const [index, { query, turns }] of asked.entries()) {
      note('as it is', turns, query)
      for (const weight of weights) note(`same exchange, ${weight}`, along(turns, exchange, weight), query)
      if (index < half) continue
      note('second half of the questions, as it is', turns, query)
      for (const weight of weights)
        note(`recalled together, ${weight}`, along(turns, together, weight), query)
    }
  }

  function note(name: string, turns: readonly string[], { goldTurns }: BenchQuery): void {
    const metrics = evaluateRanking(turns, goldTurns)
    const sum = sums.get(name) ?? { any5: 0, ndcg: 0, n: 0 }
    const [any5, ndcg] = [metrics['any@5'] ?? 0, metrics['ndcg@10'] ?? 0]
    sums.set(name, { any5: sum.any5 + any5, ndcg: sum.ndcg + ndcg, n: sum.n + 1 })
  }
}

/** A turn of the user and what answers it. */
function exchangeLinks(turns: readonly BenchTurn[]): Links {
  const links = new Map<string, Map<string, number>>()
  turns.forEach((turn, index) => {
    const next = turns[index + 1]
    if (
      next === undefined ||
      next.sessionId !== turn.sessionId ||
      (next.role === turn.role && next.speaker === turn.speaker)
    )
      return
    link(links, turn.id, next.id, 1)
  })
  return links
}

function togetherLinks(answers: readonly (readonly string[])[]): Links {
  const links = new Map<string, Map<string, number>>()
  for (const answer of answers) {
    const first = answer.slice(0, togetherMax)
    for (const [index, a] of first.entries()) for (const b of first.slice(index + 1)) link(links, a, b, 1)
  }
  return links
}

function link(links: Map<string, Map<string, number>>, a: string, b: string, weight: number): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const known = links.get(from) ?? new Map<string, number>()
    links.set(from, known.set(to, (known.get(to) ?? 0) + weight))
  }
}

/** The ranking after each of its first turns has handed on a part of its weight, shared out among what it is linked with. */
function along(turns: readonly string[], links: Links, weight: number): readonly string[] {
  const scores = new Map(turns.map((id, rank) => [id, 1 / (rankOffset + rank)]))
  for (const [rank, id] of turns.slice(0, spreadingMax).entries()) {
    const linked = [...(links.get(id) ?? [])]
    const total = linked.reduce((sum, [, each]) => sum + each, 0)
    for (const [other, each] of linked)
      scores.set(other, (scores.get(other) ?? 0) + (weight * each) / total / (rankOffset + rank))
  }
  return [...scores].toSorted(([, a], [, b]) => b - a).map(([id]) => id)
}
