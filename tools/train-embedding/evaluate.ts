// How good a trained model is: paraphrase probes (our own), neighbours of a few words, and optionally recall of turns
// on benchmark files named on the command line. Numbers only; nothing is kept.
import { readdir, readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import type { WordVectors } from '../../packages/daemon/src/embedding/builtin/word-vectors.ts'

export interface Probe {
  readonly cue: string
  readonly memory: string
}

/** Reads `question | memory` lines; `#` starts a comment. */
export async function readProbes(file: URL): Promise<Probe[]> {
  const text = await readFile(file, 'utf8')
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [cue = '', memory = ''] = line.split(' | ')
      return { cue, memory }
    })
}

/** Mean reciprocal rank of each probe's memory among all memories of the set. */
export function meanReciprocalRank(model: WordVectors, probes: readonly Probe[]): number {
  const memories = probes.map(({ memory }) => model.embed(memory))
  let sum = 0
  probes.forEach(({ cue }, index) => {
    const question = model.embed(cue)
    const scores = memories.map((memory) => dot(question, memory))
    const own = scores[index] as number
    sum += 1 / (1 + scores.filter((score) => score > own).length)
  })
  return sum / probes.length
}

interface BenchStore {
  readonly turns: readonly { readonly id: string; readonly text: string; readonly speaker: string | null }[]
  readonly queries: readonly {
    readonly text: string
    readonly goldTurns: readonly string[]
    readonly abstain: boolean
  }[]
}

/** Mean NDCG@10 of turns ranked by cosine alone, over the questions of one benchmark file. */
export async function denseTurnNdcg(model: WordVectors, path: string): Promise<number> {
  const bytes = await readFile(path)
  const lines = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n')
  let sum = 0
  let count = 0
  for (const line of lines) {
    if (line === '') continue
    const store = JSON.parse(line) as BenchStore
    const turns = store.turns.map(({ text, speaker }) =>
      model.embed(speaker === null ? text : `${speaker}: ${text}`),
    )
    for (const query of store.queries) {
      if (query.abstain || query.goldTurns.length === 0) continue
      const question = model.embed(query.text)
      const ranked = turns
        .map((turn, index) => ({ index, score: dot(question, turn) }))
        .sort((a, b) => b.score - a.score || a.index - b.index)
      const gold = new Set(query.goldTurns)
      sum += ndcgAt10(
        ranked.slice(0, 10).map(({ index }) => gold.has(store.turns[index]?.id ?? '')),
        gold.size,
      )
      count++
    }
  }
  return sum / count
}

export async function benchFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names.filter((name) => /\.jsonl(\.gz)?$/.test(name)).sort()
}

function ndcgAt10(hits: readonly boolean[], golds: number): number {
  const gain = (rank: number) => 1 / Math.log2(rank + 2)
  const ideal = Array.from({ length: Math.min(10, golds) }, (_, rank) => gain(rank)).reduce(
    (a, b) => a + b,
    0,
  )
  return hits.reduce((sum, hit, rank) => sum + (hit ? gain(rank) : 0), 0) / ideal
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number)
  return sum
}
