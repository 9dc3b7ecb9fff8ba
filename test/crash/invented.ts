// Invented things to say, each with a word of its own by which it is recognised wherever it went: in a row, an index
// entry, a digest. Sentences are of the kinds that consolidation derives from.
export type Random = () => number

export function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)]
  if (one === undefined) throw new Error('nothing to pick from')
  return one
}

export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1))
}

const sentences: readonly ((mark: string) => string)[] = [
  (mark) => `I always use ${mark} for the tests of this project.`,
  (mark) => `We decided to keep the ${mark} queue in one table.`,
  (mark) => `The ${mark} migration still fails on an empty schema; we have to look at it tomorrow.`,
  (mark) => `Please never push to the ${mark} branch directly.`,
  (mark) => `The port of ${mark} is 5433.`,
  (mark) => `Ottokar asked whether ${mark} may be deployed on Fridays. Blå grøft 東京 🌊`,
  (mark) => `Why does ${mark} answer with 502 when the cache is cold?`,
  (mark) => `An odd one: ${mark} \u0000 and half a pair \ud83d and a tab\tand "quotes" \\ and </tag>`,
]

/** What a mark looks like in a text. */
export const markPattern = /zq[a-z]+\d+x/g

/** A text with the mark `zq<lane><number>x`; now and then one of many passages. */
export function inventedText(random: Random, lane: string, number: number): string {
  const mark = `zq${lane}${number}x`
  const sentence = pick(random, sentences)(mark)
  const size = random()
  if (size < 0.9) return sentence
  if (size < 0.985)
    return `${sentence}\n\n${'And some more about it, line after line.\n'.repeat(between(random, 3, 60))}`
  return `${sentence}\n\n${`The log of ${mark} goes on and on.\n`.repeat(between(random, 600, 2_000))}`
}
