// Words that stand side by side in the cue and in a turn. One word in between counts half, the reverse order less.
// How rare a pair is, is counted within the pool: candidates for two words hold nearly every turn with both.

import { hashTerm } from '../text/term-hash.ts'
import type { Cue } from './cue.ts'
import type { PoolTurn } from './pool.ts'

const gapWeight = 0.5
const reverseWeight = 0.4
const pairsMax = 64

/** Evidence by turn, about 0 to 1; turns without a pair are left out. */
export function bigramEvidence(
  cue: Cue,
  turns: readonly PoolTurn[],
  turnCount: number,
): Map<PoolTurn, number> {
  const pairs = cuePairs(cue)
  const evidence = new Map<PoolTurn, number>()
  if (pairs.length === 0) return evidence
  const wanted = new Map<number, Tally>()
  for (const { forward, backward } of pairs) {
    wanted.set(forward, new Map())
    wanted.set(backward, new Map())
  }
  for (const turn of turns) tallyPairs(turn, wanted)
  const total = pairs.length * Math.log(1 + turnCount / 1.5)
  const add = (tally: Tally | undefined, weight: number) => {
    if (tally === undefined) return
    const rarity = weight * Math.log(1 + turnCount / (tally.size + 0.5))
    for (const [turn, count] of tally) {
      evidence.set(turn, (evidence.get(turn) ?? 0) + (rarity * Math.min(1, count)) / total)
    }
  }
  for (const { forward, backward } of pairs) {
    add(wanted.get(forward), 1)
    add(wanted.get(backward), reverseWeight)
  }
  return evidence
}

type Tally = Map<PoolTurn, number>

function cuePairs(cue: Cue): { forward: number; backward: number }[] {
  const hashes = cue.content.map(hashTerm)
  return hashes
    .slice(1)
    .map((second, index) => {
      const first = hashes[index] as number
      return { forward: pairKey(first, second), backward: pairKey(second, first) }
    })
    .slice(0, pairsMax)
}

/** Two 24-bit hashes side by side in one safe integer. */
function pairKey(first: number, second: number): number {
  return first * 0x1000000 + second
}

function tallyPairs(turn: PoolTurn, wanted: ReadonlyMap<number, Tally>): void {
  const { hashes, contentCount } = turn.terms
  const count = (first: number, second: number, weight: number) => {
    const tally = wanted.get(pairKey(first, second))
    if (tally !== undefined) tally.set(turn, (tally.get(turn) ?? 0) + weight)
  }
  for (let index = 0; index + 1 < contentCount; index++) {
    const first = hashes[index] as number
    count(first, hashes[index + 1] as number, 1)
    if (index + 2 < contentCount) count(first, hashes[index + 2] as number, gapWeight)
  }
}
