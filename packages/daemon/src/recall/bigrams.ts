// Words that stand side by side in the cue and in a turn. One word in between counts half, the reverse order less.
// How rare a pair is, is counted within the pool: candidates hold nearly every turn with both of its words.
import type { TurnDocument } from './documents.ts'

const gapWeight = 0.5
const reverseWeight = 0.4
const pairsMax = 64

/**
 * Evidence of each document, about 0 to 1. `content` are the cue's content words in order, as places in cue.terms;
 * `weights` are by place, and a pair has the lower of its two; `turnCount` is the number of turns in the store.
 */
export function bigramEvidence(
  content: readonly number[],
  weights: readonly number[],
  documents: readonly TurnDocument[],
  turnCount: number,
): Float64Array {
  const evidence = new Float64Array(documents.length)
  const pairs = content
    .slice(1, pairsMax + 1)
    .map((second, index) => [content[index] as number, second] as const)
  if (pairs.length === 0) return evidence
  const tallies = tallyPairs(pairs, documents)
  const total = pairs.length * Math.log(1 + turnCount / 1.5)
  const add = (first: number, second: number, weight: number) => {
    const tally = tallies.get(pairKey(first, second))
    if (tally === undefined) return
    const rarity = (weight * Math.log(1 + turnCount / (tally.size + 0.5))) / total
    for (const [index, count] of tally)
      evidence[index] = (evidence[index] as number) + rarity * Math.min(1, count)
  }
  for (const [first, second] of pairs) {
    const weight = Math.min(weights[first] ?? 1, weights[second] ?? 1)
    add(first, second, weight)
    add(second, first, weight * reverseWeight)
  }
  return evidence
}

/** Places are below 2^16. */
const pairKey = (first: number, second: number) => first * 65_536 + second

/** Per wanted pair, in either order: which documents hold it, and how often. */
function tallyPairs(
  pairs: readonly (readonly [number, number])[],
  documents: readonly TurnDocument[],
): Map<number, Map<number, number>> {
  const tallies = new Map<number, Map<number, number>>()
  for (const [first, second] of pairs) {
    tallies.set(pairKey(first, second), new Map())
    tallies.set(pairKey(second, first), new Map())
  }
  for (const [index, { positions, places }] of documents.entries()) {
    for (let at = 0; at < positions.length; at++) {
      for (let then = at + 1; then < positions.length; then++) {
        const gap = (positions[then] as number) - (positions[at] as number)
        if (gap > 2) break
        const tally = tallies.get(pairKey(places[at] as number, places[then] as number))
        tally?.set(index, (tally.get(index) ?? 0) + (gap === 1 ? 1 : gapWeight))
      }
    }
  }
  return tallies
}
