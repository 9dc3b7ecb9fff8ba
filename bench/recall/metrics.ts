// Rank metrics as the recall studies define them: gold is binary, ranks are cut at 200. A document is a turn; the
// session ranking is the order in which sessions first appear among the returned turns.
import { seededRandom } from '../load/invented-history.ts'

const cutoffs = [1, 3, 5, 10, 20] as const
const rankMax = 200
const ndcgCutoff = 10

/** Metric name ('any@5', 'ndcg@10', …) to value between 0 and 1. */
export type Metrics = Readonly<Record<string, number>>

/** any@k: a gold in the top k · all@k: every gold · frac@k: share of the gold · ndcg@10 · mrr. */
export function evaluateRanking(ranked: readonly string[], gold: readonly string[]): Metrics {
  const wanted = new Set(gold)
  const places = ranked.slice(0, rankMax).flatMap((id, place) => (wanted.has(id) ? [place] : []))
  const metrics: Record<string, number> = {}
  for (const k of cutoffs) {
    const found = places.filter((place) => place < k).length
    metrics[`any@${k}`] = found > 0 ? 1 : 0
    metrics[`all@${k}`] = found === wanted.size ? 1 : 0
    metrics[`frac@${k}`] = found / wanted.size
  }
  const gain = (place: number) => 1 / Math.log2(place + 2)
  const dcg = places.filter((place) => place < ndcgCutoff).reduce((sum, place) => sum + gain(place), 0)
  let ideal = 0
  for (let place = 0; place < Math.min(ndcgCutoff, wanted.size); place++) ideal += gain(place)
  metrics['ndcg@10'] = dcg / ideal
  const first = places[0]
  metrics.mrr = first === undefined ? 0 : 1 / (first + 1)
  return metrics
}

/** `values` without repetitions, first places kept. */
export function inOrderOfAppearance(values: readonly string[]): string[] {
  return [...new Set(values)]
}

export interface Estimate {
  readonly mean: number
  /** 95% interval, percentile bootstrap over questions. */
  readonly low: number
  readonly high: number
}

const resamples = 1_000

/** Mean with its bootstrap interval; the same values always give the same interval. */
export function estimate(values: readonly number[]): Estimate {
  const count = values.length
  if (count === 0) return { mean: Number.NaN, low: Number.NaN, high: Number.NaN }
  const random = seededRandom(count)
  const means = Array.from({ length: resamples }, () => {
    let sum = 0
    for (let drawn = 0; drawn < count; drawn++) sum += values[Math.floor(random() * count)] as number
    return sum / count
  }).sort((a, b) => a - b)
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / count,
    low: means[Math.floor(resamples * 0.025)] as number,
    high: means[Math.ceil(resamples * 0.975) - 1] as number,
  }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
