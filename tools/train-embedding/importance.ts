// How much each word says, learned from the corpus: a word that helps to tell texts apart leaves the contrastive pass with a
// longer row than other words as frequent do (Schakel & Wilson 2015, "Measuring Word Significance using Distributed
// Representations of Words"). Among words as frequent, "particular" comes out short and "server" long.

export interface ImportanceSettings {
  /** Words are compared within bands of like frequency, of which there are this many. */
  readonly bands: number
  /** A row this many times as long as is usual in its band, or longer, counts so much: names come out longest. */
  readonly lengthMax: number
  /** What the length relative to the band is taken to. */
  readonly power: number
}

/** Per word, most frequent first: its weight by frequency, times what the length of its row says beside its like. Pure. */
export function importanceOf(
  lengths: ArrayLike<number>,
  frequencyWeights: ArrayLike<number>,
  { bands, lengthMax, power }: ImportanceSettings,
): Float64Array {
  const words = lengths.length
  const importance = new Float64Array(words)
  for (let band = 0; band < bands; band++) {
    const from = Math.floor((band * words) / bands)
    const to = Math.floor(((band + 1) * words) / bands)
    const usual = medianOf(Array.from({ length: to - from }, (_, i) => lengths[from + i] as number))
    for (let word = from; word < to; word++) {
      const relative = Math.min((lengths[word] as number) / usual, lengthMax)
      importance[word] = (frequencyWeights[word] as number) * relative ** power
    }
  }
  return importance
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.max(sorted[sorted.length >> 1] ?? 0, 1e-9)
}
